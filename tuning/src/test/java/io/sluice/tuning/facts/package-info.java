/** Tests. */
@org.jspecify.annotations.NullMarked
package io.sluice.tuning.facts;
