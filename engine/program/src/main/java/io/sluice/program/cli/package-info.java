/**
 * The commands: what a user types, parsed by picocli, printed as text or JSON. They read the daemon's mapped files
 * ({@code observe}) and ask it over the control socket ({@code admin}).
 */
@org.jspecify.annotations.NullMarked
package io.sluice.program.cli;
