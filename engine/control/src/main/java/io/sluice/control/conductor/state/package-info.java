/** The conductor's picture of services and servers, from which Routes and status are made. The conductor's thread. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.conductor.state;
