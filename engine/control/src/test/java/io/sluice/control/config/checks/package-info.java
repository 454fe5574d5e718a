/** Checks of a configuration as a whole. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.config.checks;
