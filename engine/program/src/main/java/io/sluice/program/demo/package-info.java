/** {@code sluice demo}: real servers, a daemon and load in one process, to see it work with nothing to set up. */
@org.jspecify.annotations.NullMarked
package io.sluice.program.demo;
