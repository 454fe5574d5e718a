package io.sluice.engine.admin.http;

import io.sluice.engine.conductor.Control;
import io.sluice.engine.conductor.Outcome;
import io.sluice.engine.config.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** The configuration file as text: read, tried in a copy, replaced in one step and put in force. One thread at a time. */
final class ConfigurationFiles {
    private final Control control;
    private final Path file;

    ConfigurationFiles(Control control, Path file) {
        this.control = control;
        this.file = file.toAbsolutePath();
    }

    Path file() {
        return file;
    }

    String text() throws IOException {
        return Files.readString(file);
    }

    /** What this text would change, changing nothing. */
    Outcome plan(String text) throws IOException {
        Path copy = copyOf(text);
        try {
            return named(control.plan(copy), copy);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    /** Replaces the file and reloads; when that fails the former text is back. */
    Outcome commit(String text) throws IOException {
        Outcome planned = plan(text);
        if (!(planned instanceof Outcome.Planned)) {
            return planned;
        }
        String before = text();
        replace(text);
        Outcome outcome = control.reload();
        if (!(outcome instanceof Outcome.Done)) {
            replace(before);
        }
        return outcome;
    }

    private void replace(String text) throws IOException {
        Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file;
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(target);
        Path fresh = copyOf(text);
        try {
            Files.setPosixFilePermissions(fresh, mode);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Beside the file, so that relative paths in it mean the same. */
    private Path copyOf(String text) throws IOException {
        Path copy = Files.createTempFile(file.getParent(), ".sluice", ".yaml",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(copy, text);
        return copy;
    }

    /** Problems name the copy; people know the file. */
    private Outcome named(Outcome outcome, Path copy) {
        return switch (outcome) {
            case Outcome.Invalid(String message, List<String> problems) ->
                new Outcome.Invalid(named(message, copy), problems.stream().map(line -> named(line, copy)).toList());
            case Outcome.Done(String message, List<String> details) ->
                new Outcome.Done(named(message, copy), details.stream().map(line -> named(line, copy)).toList());
            case Outcome.Planned(Plan plan, List<String> warnings) ->
                new Outcome.Planned(plan, warnings.stream().map(line -> named(line, copy)).toList());
            case Outcome.Refused(String message) -> new Outcome.Refused(named(message, copy));
        };
    }

    private String named(String text, Path copy) {
        return text.replace(copy.toString(), file.toString());
    }
}
