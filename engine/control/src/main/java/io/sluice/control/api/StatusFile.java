package io.sluice.control.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code status.json} in the state directory: the last {@link Status}, for when the daemon no longer answers. */
public final class StatusFile {
    private static final JsonMapper JSON = JsonForm.builder().build();

    private StatusFile() {
    }

    /** Where it lies. */
    public static Path in(Path stateDirectory) {
        return stateDirectory.resolve("status.json");
    }

    /** Writes it in one step: a reader sees the former or the new one. */
    public static void write(Path stateDirectory, Status status) throws IOException {
        Path fresh = stateDirectory.resolve("status.json.new");
        Files.write(fresh, JSON.writeValueAsBytes(status));
        Files.move(fresh, in(stateDirectory), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Reads the last one. */
    public static Status read(Path stateDirectory) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(in(stateDirectory)), Status.class);
        } catch (JacksonException notOurs) {
            throw new IOException(in(stateDirectory) + " is not a status of this version of sluice: "
                    + notOurs.getOriginalMessage(), notOurs);
        }
    }
}
