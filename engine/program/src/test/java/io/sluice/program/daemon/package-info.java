/** The daemon as a whole, in this process and in children, with real clients and servers. */
@org.jspecify.annotations.NullMarked
package io.sluice.program.daemon;
