/** The one file that the configuration is read from, what is wrong with it, and what a reload would change. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.config.file;
