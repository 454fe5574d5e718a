package io.sluice.program.admin;

import io.sluice.control.api.JsonForm;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;

/** What both ends of the control socket agree on: where it lies, and one JSON object per line in UTF-8. */
public final class Wire {
    /** Longest request line; a request names a service and a server, it carries no file. */
    static final int MAX_REQUEST_BYTES = 64 * 1024;
    /** Longest answer line: a plan of thousands of services. */
    static final int MAX_ANSWER_BYTES = 64 * 1024 * 1024;

    private static final JsonMapper JSON = JsonForm.builder().build();

    private Wire() {
    }

    /** Where the socket of a daemon lies. */
    public static Path socketIn(Path stateDirectory) {
        return stateDirectory.resolve("control.sock");
    }

    /** The mapper of requests, answers and the values in them. */
    public static JsonMapper json() {
        return JSON;
    }
}
