/** The configuration: an immutable model, and the one file that it is read from. */
@org.jspecify.annotations.NullMarked
package io.sluice.engine.config;
