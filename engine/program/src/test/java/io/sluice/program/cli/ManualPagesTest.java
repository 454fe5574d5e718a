package io.sluice.program.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.config.keys.KeySections;
import io.sluice.testbed.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The manual pages, as {@code man} shows them. */
@Tag("peer")
class ManualPagesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @BeforeAll
    static void write() throws IOException {
        ManualPages.write(directory);
    }

    static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void man_shows_a_page_without_a_warning(Path page) throws Exception {
        assertThat(man(page)).contains("NAME\n", "DESCRIPTION\n", "SEE ALSO\n");
    }

    @Test
    void the_overview_names_every_command_and_its_page() throws Exception {
        String shown = man(directory.resolve("man1/sluice.1"));
        for (Commands command : Commands.values()) {
            assertThat(shown).contains(command.summary() + ". See sluice-" + command.word() + "(1).");
        }
    }

    @ParameterizedTest
    @EnumSource(Commands.class)
    void every_command_has_a_page_with_its_options_and_examples(Commands command) throws Exception {
        String shown = man(directory.resolve("man1/sluice-" + command.word() + ".1"));
        assertThat(shown).contains("sluice-" + command.word() + " - " + command.summary());
        command.make().ifPresent(body -> {
            var spec = new picocli.CommandLine(body).getCommandSpec();
            spec.options().forEach(option -> assertThat(shown).contains(option.names()));
            assertThat(shown).contains("EXAMPLES\n").contains(spec.usageMessage().footer());
        });
    }

    @Test
    void the_configuration_page_has_every_key() throws Exception {
        String shown = man(directory.resolve("man5/sluice.yaml.5"));
        for (KeySections.Section section : KeySections.all()) {
            assertThat(shown).contains("\n" + (section.path().isEmpty() ? "TOP OF THE FILE" : section.path()) + "\n");
            for (KeySections.Row row : section.rows()) {
                assertThat(shown).containsPattern("(?m)^ +" + row.name() + "\\b");
            }
        }
    }

    /** What man prints, on lines long enough for any sentence. */
    private static String man(Path page) throws Exception {
        ProgramRun run = ProgramRun.of(Map.of("MANWIDTH", "2000", "LC_ALL", "C.UTF-8", "MANPAGER", "cat"),
                List.of("man",
                        "--warnings=w", "-P", "cat", "-l", page.toString()));
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return run.out().replaceAll(".\b", "").replaceAll("\u001B\\[[0-9;]*m", "");
    }
}
