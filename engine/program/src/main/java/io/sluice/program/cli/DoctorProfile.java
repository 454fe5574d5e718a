package io.sluice.program.cli;

import io.sluice.control.config.file.FileReason;
import io.sluice.program.build.ExitCode;
import io.sluice.tuning.facts.HostSource;
import io.sluice.tuning.profile.HostWriter;
import io.sluice.tuning.profile.Profile;
import io.sluice.tuning.profile.ProfileOutcome.Result;
import io.sluice.tuning.profile.ProfileOutcome;
import io.sluice.tuning.profile.SettingChange;
import io.sluice.tuning.profile.Tuner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The half of {@code sluice doctor} that may change the host. One thread. */
final class DoctorProfile {
    private final DoctorCommand command;
    private final HostSource host;
    private final Path stateDirectory;
    private final boolean json;

    DoctorProfile(DoctorCommand command, HostSource host, Path stateDirectory, boolean json) {
        this.command = command;
        this.host = host;
        this.stateDirectory = stateDirectory;
        this.json = json;
    }

    int dryRun(Profile profile, Set<String> only, Set<Integer> listenPorts) {
        List<SettingChange> changes = profile.plan(host, only, listenPorts);
        if (json) {
            command.out().println(Json.text(changes.stream().map(DoctorProfile::json).toList()));
            return ExitCode.OK;
        }
        for (SettingChange change : changes) {
            command.out().println(command.style().dim("# " + change.id() + ": " + change.why() + "; now " + change
                    .current()));
            command.out().println(change.command());
        }
        command.out().println(changes.isEmpty()
                ? "Nothing to change: this host has all settings of " + profile.word() + "."
                : "# " + changes.size() + " settings; nothing was changed. --apply does it, --undo takes it back.");
        return ExitCode.OK;
    }

    int apply(Profile profile, Set<String> only, Set<Integer> listenPorts) {
        List<SettingChange> changes = profile.plan(host, only, listenPorts);
        try {
            List<ProfileOutcome> outcomes = tuner().apply(changes);
            return print(outcomes, "Nothing to change: this host has all settings of " + profile.word() + ".",
                    "changed until the next boot; sluice doctor --undo takes it back");
        } catch (IOException failure) {
            throw new Failure(ExitCode.REFUSED, "cannot write " + undoFile() + " (" + FileReason.of(failure)
                    + "), so nothing was changed; name a directory you can write with --state-directory");
        }
    }

    int undo() {
        try {
            return print(tuner().undo(), "Nothing to undo in " + undoFile() + ".", "put back");
        } catch (IOException failure) {
            throw new Failure(ExitCode.REFUSED, "cannot read or write " + undoFile() + ": " + FileReason.of(failure));
        }
    }

    private int print(List<ProfileOutcome> outcomes, String whenEmpty, String after) {
        boolean failed = outcomes.stream().anyMatch(outcome -> outcome.result() == Result.FAILED);
        if (json) {
            command.out().println(Json.text(outcomes.stream().map(DoctorProfile::json).toList()));
            return failed ? ExitCode.REFUSED : ExitCode.OK;
        }
        Table table = new Table("RESULT", "SETTING", "BEFORE", "NOW", "");
        for (ProfileOutcome outcome : outcomes) {
            String word = outcome.result().word();
            table.row(switch (outcome.result()) {
                case DONE -> command.style().good(word);
                case DIFFERS, LEFT -> command.style().warning(word);
                case FAILED -> command.style().bad(word);
            }, outcome.target(), outcome.before(), outcome.after(), outcome.detail());
        }
        command.print(table, whenEmpty);
        long done = outcomes.stream().filter(outcome -> outcome.result() == Result.DONE).count();
        if (!outcomes.isEmpty()) {
            command.out().println(done == 0
                    ? "None of " + outcomes.size() + " settings changed."
                    : done + " of " + outcomes.size() + " settings " + after + ".");
        }
        return failed ? ExitCode.REFUSED : ExitCode.OK;
    }

    private Tuner tuner() {
        return new Tuner(host, new HostWriter(Path.of("/")), stateDirectory);
    }

    private Path undoFile() {
        return stateDirectory.resolve(Tuner.UNDO_FILE);
    }

    private static Map<String, Object> json(SettingChange change) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", change.id());
        json.put("setting", change.target());
        json.put("current", change.current());
        json.put("wanted", change.wanted());
        json.put("why", change.why());
        json.put("command", change.command());
        return json;
    }

    private static Map<String, Object> json(ProfileOutcome outcome) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("setting", outcome.target());
        json.put("result", outcome.result().word());
        json.put("before", outcome.before());
        json.put("after", outcome.after());
        json.put("detail", outcome.detail());
        return json;
    }
}
