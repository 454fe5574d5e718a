/** Every key of the file, defined once: how it is read, shown, described and checked by itself. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.config.keys;
