/** The types of values that keys have: how each is read, shown and described. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.config.type;
