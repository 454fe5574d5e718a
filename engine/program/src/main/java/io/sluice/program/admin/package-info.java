/**
 * How a running daemon is asked and told from outside: the control socket and its client. Control plane, on virtual
 * threads; everything goes through {@link io.sluice.control.api.Control}.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.program.admin;
