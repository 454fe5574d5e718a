/** Tests of what follows from the definitions of the keys. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.config.keys;
