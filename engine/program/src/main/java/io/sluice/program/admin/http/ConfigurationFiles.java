package io.sluice.program.admin.http;

import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.Control;
import io.sluice.control.api.Outcome;
import io.sluice.control.config.file.ConfigurationBytes;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.file.FileReason;
import io.sluice.control.config.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The configuration file as text: read, tried, replaced in one step and put in force. One thread at a time. */
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
        return ConfigurationBytes.of(file);
    }

    /** Whether this daemon may replace the file. */
    boolean writable() throws IOException {
        Path target = target();
        return Files.isWritable(target) && Files.isWritable(target.getParent());
    }

    /** What this text would change, changing nothing. */
    Outcome plan(String text) {
        return switch (ConfigurationFile.parse(text, file.toString())) {
            case ConfigurationFile.Invalid invalid -> new Outcome.Invalid(file + " would have problems",
                    lines(invalid.problems()));
            case ConfigurationFile.Valid valid -> control.plan(valid.configuration()) instanceof Outcome.Planned planned
                    ? new Outcome.Planned(planned.plan(), lines(valid.problems()))
                    : new Outcome.Refused("the daemon is stopping");
        };
    }

    /**
     * Replaces the file and reloads; when that fails the former text is back.
     *
     * @param before what the file must hold: else somebody has edited it meanwhile
     */
    Outcome commit(String text, String before) throws IOException {
        Outcome planned = plan(text);
        if (!(planned instanceof Outcome.Planned)) {
            return planned;
        }
        if (!writable()) {
            return new Outcome.Refused("this daemon runs as a user that may not write " + file + " or its directory; "
                    + "save the text there yourself, then 'sluice reload'");
        }
        if (!text().equals(before)) {
            return new Outcome.Refused(file + " has been edited meanwhile: read it again");
        }
        try {
            replace(text);
            Outcome outcome = control.tell(new Command.Reload(), Caller.DAEMON);
            if (!(outcome instanceof Outcome.Done)) {
                replace(before);
            }
            return outcome;
        } catch (IOException e) {
            return new Outcome.Refused(file + " cannot be replaced: " + FileReason.of(e));
        }
    }

    /** With the mode and the group that it had, and the owner as far as this daemon may give files away. */
    private void replace(String text) throws IOException {
        Path target = target();
        PosixFileAttributes former = Files.readAttributes(target, PosixFileAttributes.class);
        Path fresh = Files.createTempFile(target.getParent(), ".sluice", ".yaml",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(fresh, text);
            PosixFileAttributeView view = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
            PosixFileAttributes own = view.readAttributes();
            if (!own.group().equals(former.group())) {
                view.setGroup(former.group());
            }
            if (!own.owner().equals(former.owner()) && own.owner().getName().equals("root")) {
                view.setOwner(former.owner());
            }
            view.setPermissions(former.permissions());
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private Path target() throws IOException {
        return file.toRealPath();
    }

    private static List<String> lines(List<Problem> problems) {
        return problems.stream().map(Problem::toString).toList();
    }
}
