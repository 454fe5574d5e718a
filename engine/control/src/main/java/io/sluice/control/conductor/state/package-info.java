/**
 * The conductor's picture of services and servers, from which Routes and status are made, and what administrators
 * changed of it. The conductor's thread.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.control.conductor.state;
