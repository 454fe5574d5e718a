package io.sluice.program.cli;

import picocli.CommandLine.Option;

/** {@code -o text|json}, mixed into every command that prints. */
public final class OutputOption {
    /** How a command prints. */
    public enum Format {
        TEXT, JSON;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    @Option(names = {"-o",
        "--output"}, paramLabel = "FORMAT", description = "How to print: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).", defaultValue = "text")
    private Format format = Format.TEXT;

    public boolean json() {
        return format == Format.JSON;
    }
}
