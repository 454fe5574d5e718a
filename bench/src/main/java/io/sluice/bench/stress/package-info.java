/** JCStress tests: every lock-free structure of ours, the outcomes it may have and those it must not. */
@org.jspecify.annotations.NullMarked
package io.sluice.bench.stress;
