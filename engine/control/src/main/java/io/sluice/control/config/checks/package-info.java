/** What no key can see by itself: conflicts between the parts of a configuration. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.config.checks;
