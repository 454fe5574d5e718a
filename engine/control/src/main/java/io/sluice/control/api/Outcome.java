package io.sluice.control.api;

import io.sluice.control.config.file.Plan;
import java.util.List;

/** How a command ended. */
public sealed interface Outcome {
    /**
     * Done.
     *
     * @param message one line
     * @param details one line per change or remark; may be empty
     */
    record Done(String message, List<String> details) implements Outcome {
        public Done {
            details = List.copyOf(details);
        }
    }

    /** Understood and not done; the message says what, on what, why and what to do next. */
    record Refused(String message) implements Outcome {
    }

    /**
     * Not done: it is no longer as whoever wanted that has seen it.
     *
     * @param now its version now
     */
    record Stale(String message, String now) implements Outcome {
    }

    /**
     * What a reload would change; nothing was changed.
     *
     * @param warnings about the file, each as {@code file:line:column: text}
     */
    record Planned(Plan plan, List<String> warnings) implements Outcome {
        public Planned {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The configuration file has problems; nothing was changed.
     *
     * @param problems each as {@code file:line:column: text}
     */
    record Invalid(String message, List<String> problems) implements Outcome {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }

    /** Done, without details. */
    static Outcome done(String message) {
        return new Done(message, List.of());
    }
}
