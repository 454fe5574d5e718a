/** The listening sockets of the services: opened before Routes that need them, closed after the last that did. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.conductor.listen;
