/** Pure choice of real servers. */
@org.jspecify.annotations.NullMarked
package io.sluice.scheduler;
