/** The demo, with real checks and sockets, and workers that only record. */
@org.jspecify.annotations.NullMarked
package io.sluice.program.demo;
