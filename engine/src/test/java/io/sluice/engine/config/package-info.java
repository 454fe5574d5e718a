/** The configuration's tests. */
@org.jspecify.annotations.NullMarked
package io.sluice.engine.config;
