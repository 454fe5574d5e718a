package io.sluice.program.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.program.build.ExitCode;
import io.sluice.testbed.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Follows the documentation to the letter: {@link DocsPage} says how pages are written for that. */
class DocsCommandsTest {
    private static final Path DOCS = Path.of("docs");
    private static final Path README = Path.of("../README.md");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:\\s]+)(?:#[^)]*)?\\)");

    private static Installation sluice;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeAll
    static void install() throws IOException {
        sluice = new Installation();
    }

    @AfterAll
    static void remove() throws IOException {
        sluice.close();
    }

    static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(DOCS)) {
            return Stream.concat(Stream.of(README), files.filter(file -> file.toString().endsWith(".md")).sorted())
                    .toList();
        }
    }

    static List<Path> pagesWithCommands() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path page : pages()) {
            if (DocsPage.read(page).hasCommands()) {
                found.add(page);
            }
        }
        return found;
    }

    @Test
    void the_pages_for_beginners_are_followed() throws IOException {
        assertThat(pagesWithCommands()).contains(DOCS.resolve("start/first-service.md"), DOCS.resolve(
                "operate/commands.md"));
    }

    @Tag("peer")
    @ParameterizedTest
    @MethodSource("pagesWithCommands")
    void whoever_follows_a_page_sees_what_it_says(Path page) throws Exception {
        try (var shell = new DocsShell(directory, sluice.launcher().getParent())) {
            for (DocsPage.Step step : DocsPage.read(page).steps()) {
                switch (step) {
                    case DocsPage.Written file -> shell.write(file);
                    case DocsPage.Command command -> shell.run(command);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void every_command_named_takes_the_options_it_is_given(Path page) throws IOException {
        CommandLine known = CommandLineRunner.everything().setCaseInsensitiveEnumValuesAllowed(true);
        for (DocsPage.Block block : DocsPage.read(page).blocks()) {
            if (List.of("sh", "console", "text", "").contains(block.language())) {
                for (List<String> words : sluiceCommands(block)) {
                    if (!List.of("load", "compare", "perf", "--help").contains(words.getFirst())) {
                        assertThat(parsed(known, words)).as("%s, line %d: sluice %s", page, block.line(), String.join(
                                " ", words)).isEqualTo("ok");
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void every_link_leads_somewhere(Path page) throws IOException {
        Matcher links = LINK.matcher(Files.readString(page));
        while (links.find()) {
            assertThat(page.resolveSibling(links.group(1))).as("%s links to it", page).exists();
        }
    }

    private static String parsed(CommandLine known, List<String> words) {
        try {
            known.parseArgs(words.toArray(String[]::new));
            return "ok";
        } catch (CommandLine.ParameterException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** The words after each {@code sluice} that begins a command. */
    private static List<List<String>> sluiceCommands(DocsPage.Block block) {
        List<List<String>> found = new ArrayList<>();
        for (String line : block.lines()) {
            boolean printed = block.language().equals("console") && !line.startsWith("$ ");
            if (printed || line.contains("# exit code " + ExitCode.USAGE)) {
                continue;
            }
            String text = line.replaceFirst("^[$#] ", "").replaceAll("\\s# .*$|\\s{2,}.*$", "").replaceAll(
                    "\\$\\([^)]*\\)", "1");
            for (String part : text.split("\\|\\|?|&&|;|[&<>].*")) {
                String command = part.strip().replaceFirst("^sudo ", "").replaceFirst("^engine/bin/", "");
                if (command.matches("sluice [a-z-].*") && !command.contains("COMMAND") && !command.contains("...")) {
                    found.add(List.of(command.substring("sluice ".length()).strip().split("\\s+")));
                }
            }
        }
        return found;
    }
}
