package io.sluice.control.config.yaml;

import io.sluice.control.config.model.Word;

/**
 * Something in the file that must or should be mended.
 *
 * @param line from 1
 * @param column from 1
 * @param path where in the configuration, such as {@code services.web.listen}; empty: the file as a whole
 * @param message what was found, what is allowed, the nearest known word
 */
public record Problem(String file, int line, int column, Severity severity, String path, String message) {
    /** An error keeps the configuration from being used, a warning does not. */
    public enum Severity implements Word {
        ERROR, WARNING
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** {@code file:line:column: message}, as compilers do. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + (isError() ? "" : "warning: ") + message;
    }
}
