/** Pass, fail or cannot judge: pairs of builds, the noise floor of this machine, limits, verdicts. */
@org.jspecify.annotations.NullMarked
package io.sluice.perftests.gate;
