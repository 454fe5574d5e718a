/** The configuration as an immutable model. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.config.model;
