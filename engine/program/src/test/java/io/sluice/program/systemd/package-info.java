/** Tests against a socket that stands for systemd's, and against systemd's own tools. */
@org.jspecify.annotations.NullMarked
package io.sluice.program.systemd;
