package io.sluice.perftests.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;

/** Progress as lines that appear at once. */
final class Lines {
    private Lines() {
    }

    static Consumer<String> to(PrintWriter out, String prefix) {
        return text -> {
            out.println(prefix + text);
            out.flush();
        };
    }
}
