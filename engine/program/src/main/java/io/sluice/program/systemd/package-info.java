/** What the daemon and the service manager (systemd) tell each other. */
@org.jspecify.annotations.NullMarked
package io.sluice.program.systemd;
