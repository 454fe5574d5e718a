package io.sluice.tuning.profile;

import io.sluice.tuning.facts.HostSource;
import io.sluice.tuning.profile.ProfileOutcome.Result;
import io.sluice.tuning.profile.UndoLog.Entry;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Applies the changes of a profile and undoes them again. Called only when an administrator says so. One thread. */
public final class Tuner {
    /** Name of the undo file in the state directory. */
    public static final String UNDO_FILE = "tuning.undo";

    private final HostSource host;
    private final HostWriter writer;
    private final Path undoFile;

    public Tuner(HostSource host, HostWriter writer, Path stateDirectory) {
        this.host = host;
        this.writer = writer;
        undoFile = stateDirectory.resolve(UNDO_FILE);
    }

    /**
     * Writes each setting and reads it back; one that fails does not stop the others.
     *
     * @throws IOException the undo file could not be written; nothing was changed then
     */
    public List<ProfileOutcome> apply(List<SettingChange> changes) throws IOException {
        UndoLog log = UndoLog.open(undoFile, bootId());
        for (SettingChange change : changes) {
            log.add(change.setting(), change.current(), change.wanted());
        }
        log.save();
        List<ProfileOutcome> outcomes = new ArrayList<>();
        for (SettingChange change : changes) {
            Setting setting = change.setting();
            ProfileOutcome outcome = write(setting, change.current(), change.wanted());
            outcomes.add(outcome);
            if (outcome.after().equals(change.current())) {
                forgetUnlessEarlier(log, setting, change.current());
            } else {
                log.add(setting, change.current(), outcome.after());
            }
        }
        log.save();
        return outcomes;
    }

    /** Puts back what was there before the first apply, newest change first. */
    public List<ProfileOutcome> undo() throws IOException {
        UndoLog log = UndoLog.open(undoFile, bootId());
        List<ProfileOutcome> outcomes = new ArrayList<>();
        for (Entry entry : log.entries().reversed()) {
            Setting setting = entry.setting();
            String current = shown(setting.read(host));
            if (current.equals(entry.previous())) {
                log.remove(setting);
            } else if (!current.equals(entry.applied())) {
                log.remove(setting);
                outcomes.add(new ProfileOutcome(target(setting), Result.LEFT, current, current,
                        "somebody has changed it since; it was " + entry.previous() + " before Sluice"));
            } else {
                ProfileOutcome outcome = write(setting, current, entry.previous());
                outcomes.add(outcome);
                if (outcome.result() != Result.FAILED) {
                    log.remove(setting);
                }
            }
        }
        log.save();
        return outcomes;
    }

    /** Is there anything to undo? */
    public boolean hasUndo() throws IOException {
        return !UndoLog.open(undoFile, bootId()).entries().isEmpty();
    }

    private ProfileOutcome write(Setting setting, String current, String wanted) {
        try {
            setting.write(writer, wanted);
        } catch (IOException failure) {
            return new ProfileOutcome(target(setting), Result.FAILED, current, current, reason(failure));
        }
        String after = shown(setting.read(host));
        return after.equals(wanted)
                ? new ProfileOutcome(target(setting), Result.DONE, current, after, "")
                : new ProfileOutcome(target(setting), Result.DIFFERS, current, after,
                        "the kernel made " + after + " of " + wanted);
    }

    /** A change that did not take place needs no undo, except where an earlier one of the same setting does. */
    private static void forgetUnlessEarlier(UndoLog log, Setting setting, String current) {
        for (Entry entry : log.entries()) {
            if (entry.setting().equals(setting)) {
                if (entry.previous().equals(current)) {
                    log.remove(setting);
                } else {
                    log.add(setting, entry.previous(), current);
                }
            }
        }
    }

    private static String reason(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "not allowed for this user; run as root";
        }
        if (failure instanceof NoSuchFileException) {
            return "not on this host";
        }
        return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    }

    private static String target(Setting setting) {
        return setting.key().substring(setting.key().indexOf(' ') + 1);
    }

    private static String shown(@Nullable String value) {
        return value == null ? "unreadable" : value;
    }

    private String bootId() {
        return shown(host.text("/proc/sys/kernel/random/boot_id"));
    }
}
