/** State that outlives the process: flows and affinity. */
@org.jspecify.annotations.NullMarked
package io.sluice.conntrack;
