package io.sluice.control.config.file;

import io.sluice.control.config.checks.Checks;
import io.sluice.control.config.checks.Examination;
import io.sluice.control.config.keys.ConfigurationKeys;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.type.Reading;
import io.sluice.control.config.yaml.NodePath;
import io.sluice.control.config.yaml.Bounds;
import io.sluice.control.config.yaml.Problem;
import io.sluice.control.config.yaml.Problems;
import io.sluice.control.config.yaml.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the one file that is the truth. Any thread. */
public final class ConfigurationFile {
    /** The file used when none is named. */
    public static final Path STANDARD = Path.of("/etc/sluice/sluice.yaml");

    private ConfigurationFile() {
    }

    /** What reading a file came to. */
    public sealed interface Result {
        /** Everything found, in the order of the file. */
        List<Problem> problems();
    }

    /** The file can be used; problems are warnings. */
    public record Valid(Configuration configuration, List<Problem> problems) implements Result {
    }

    /** The file cannot be used; at least one problem is an error. */
    public record Invalid(List<Problem> problems) implements Result {
    }

    public static Result read(Path file) {
        return read(file, Examination.NONE);
    }

    /** @param more a further look where there is no error */
    public static Result read(Path file, Examination more) {
        try {
            return parse(ConfigurationBytes.of(file), file.toString(), more);
        } catch (ConfigurationBytes.Unreadable e) {
            boolean unnamed = file.equals(STANDARD) && !Files.exists(file);
            return unreadable(file.toString(), e.getMessage() + (unnamed ? " (name another with -c FILE)" : ""));
        }
    }

    /**
     * @param name how messages call the text: usually a path, to whose directory relative paths in the text refer
     */
    public static Result parse(String text, String name) {
        return parse(text, name, Examination.NONE);
    }

    private static Result parse(String text, String name, Examination more) {
        var problems = new Problems(name);
        Path directory = Path.of(name).toAbsolutePath().normalize().getParent();
        if (!Bounds.hold(text, problems)) {
            return new Invalid(problems.sorted());
        }
        Source source = Source.parse(text, directory == null ? Path.of("/") : directory, problems);
        Configuration configuration = source == null ? null : read(source, problems, more);
        List<Problem> found = problems.sorted();
        return configuration == null || problems.anyError() ? new Invalid(found) : new Valid(configuration, found);
    }

    private static @Nullable Configuration read(Source source, Problems problems, Examination more) {
        Configuration configuration = ConfigurationKeys.SECTION.read(NodePath.root(source.root()),
                new Reading(source, problems));
        if (configuration != null) {
            Checks.run(configuration, source, problems, more);
        }
        return configuration;
    }

    /** What there is to say of a file whose text cannot be had. */
    public static Invalid unreadable(String name, String message) {
        var problems = new Problems(name);
        problems.errorAt(1, 1, message);
        return new Invalid(problems.sorted());
    }
}
