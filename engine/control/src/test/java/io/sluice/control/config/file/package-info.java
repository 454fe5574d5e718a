/** The configuration's tests. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.config.file;
