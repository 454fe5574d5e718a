package io.sluice.control.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.yaml.Formatter;
import io.sluice.control.config.yaml.Problem;
import io.sluice.control.config.yaml.Problems;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text from anybody: what is too long, too deep or too much is an ordinary problem with its place, found in time. */
class BoundsTest {
    private static final int LINE = 1 << 20;
    private static final String SERVICE = "services: { web: { listen: 10.0.0.1:80, servers: { a: 10.0.1.1:80 } } }\n";

    @TempDir
    private Path directory;

    @Test
    void thousands_of_aliases_repeat_what_an_anchor_named() {
        String services = IntStream.range(0, 5_000).mapToObj(i -> """
                  s%d: { listen: "10.%d.%d.1:80", health-check: *c, retries: *r, servers: *s }
                """.formatted(i, i / 250, i % 250)).collect(Collectors.joining());
        var result = ConfigurationFile.parse("""
                services:
                  first:
                    listen: 10.255.0.1:80
                    health-check: &c { type: http, path: /up }
                    retries: &r 3
                    servers: &s { a: 10.254.0.1:80, b: 10.254.0.2:80 }
                """ + services, "/tmp/sluice.yaml");
        assertThat(result.problems()).isEmpty();
        List<ServiceConfiguration> read = ((ConfigurationFile.Valid) result).configuration().services();
        assertThat(read).hasSize(5_001).allSatisfy(service -> {
            assertThat(service.healthCheck()).isEqualTo(read.getFirst().healthCheck());
            assertThat(service.retries()).isEqualTo(3);
            assertThat(service.servers()).hasSize(2);
        });
    }

    @Test
    void aliases_of_aliases_that_unfold_to_billions_are_refused_where_they_become_too_many() {
        String bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + IntStream.range(1, 30)
                .mapToObj(i -> "a%d: &a%d [%s]%n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(10)))
                .collect(Collectors.joining());
        assertThat(inTime(bomb)).singleElement()
                .hasToString("/tmp/sluice.yaml:6:5: its aliases stand for more than 1000000 values (allowed: fewer "
                        + "aliases of aliases)");
    }

    @Test
    void one_error_in_what_is_repeated_often_is_not_told_more_often_than_anybody_reads() {
        String services = IntStream.range(0, 5_000)
                .mapToObj(i -> "  s%d: { listen: \"10.%d.%d.1:80\", servers: *s, colour: red }%n".formatted(i, i / 250,
                        i % 250))
                .collect(Collectors.joining());
        List<Problem> problems = inTime(
                "services:\n  web: { listen: 10.255.0.1:80, servers: &s { a: 10.254.0.1:80 } }\n"
                        + services);
        assertThat(problems).hasSize(1_001);
        assertThat(problems.getLast())
                .hasToString("/tmp/sluice.yaml:1003:48: 4000 more problems are not told (allowed: "
                        + "none; mend these first)");
    }

    @Test
    void an_alias_inside_what_it_names_is_refused_at_its_place() {
        assertThat(inTime("services: &all\n  web: { servers: *all }\n")).singleElement().asString()
                .contains("an alias stands inside what it names");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{ a: ", "- ", "? ", "[{a: "})
    void what_is_nested_too_deep_is_refused(String opening) {
        assertThat(inTime(opening.repeat(10_000))).singleElement().satisfies(problem -> {
            assertThat(problem.message()).isEqualTo(
                    "nested deeper than 100 levels (allowed: what the reference names)");
            assertThat(problem.line()).isEqualTo(1);
            assertThat(problem.column()).isGreaterThan(100);
        });
    }

    @Test
    void what_aliases_nest_too_deep_is_refused() {
        String chain = "a0: &a0 [x]\n" + IntStream.range(1, 10_000).mapToObj(i -> "a%d: &a%d [*a%d]%n".formatted(i, i,
                i - 1)).collect(Collectors.joining());
        assertThat(inTime(chain)).singleElement()
                .hasToString("/tmp/sluice.yaml:101:7: nested deeper than 100 levels by "
                        + "its aliases (allowed: what the reference names)");
    }

    @Test
    void a_line_that_is_too_long_is_refused_at_its_end() {
        assertThat(inTime(SERVICE + "# " + "x".repeat(LINE))).singleElement()
                .hasToString(
                        "/tmp/sluice.yaml:2:1048577: the line is longer than 1048576 characters (allowed: the same "
                                + "on several lines)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "[::", "::", "\"a", "' ", "1.1.1.1:[1,", "[fd00::1]:80, ", "a, ", "#", " #", "é", "😀",
        "\\", "a: ", "&a ", "*", "!", "%", "\t", " ", "- ", "0", "1-", "[", "]", "{", "}", "\"\\\\"})
    void the_longest_line_is_read_in_time_whatever_is_in_it(String part) {
        String line = part.repeat(LINE / part.length() - 8);
        for (String text : List.of(line, "a: [" + line)) {
            inTime(SERVICE + text + "\n");
            inTime(() -> Formatter.format(text, new Problems("x")));
        }
    }

    @Test
    void a_long_file_is_read_in_time() {
        String servers = IntStream.range(0, 30_000).mapToObj(i -> "s%d: [fd00::%x]:80".formatted(i, i + 1))
                .collect(Collectors.joining(", "));
        assertThat(inTime("services: { web: { listen: 10.0.0.1:80, servers: { " + servers + " } } }")).isEmpty();
    }

    @Test
    void a_file_that_is_too_long_or_none_is_refused() throws IOException, InterruptedException {
        Path large = directory.resolve("large.yaml");
        Files.write(large, new byte[(16 << 20) + 1]);
        assertThat(read(large)).isEqualTo("the file is longer than 16MiB");
        assertThat(read(Path.of("/dev/zero")))
                .isEqualTo("it is a device, a pipe or a socket (allowed: a file; -c - reads standard input)");
        assertThat(read(directory)).isEqualTo("it is a directory (allowed: a file)");
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).inheritIO().start().waitFor()).isZero();
        assertThat(read(fifo)).startsWith("it is a device, a pipe or a socket");
    }

    @Test
    void a_character_that_is_no_text_is_refused_at_its_place() {
        assertThat(inTime(SERVICE + "x: \u0001")).singleElement().hasToString("/tmp/sluice.yaml:2:4: not YAML: the "
                + "character U+0001 cannot stand in a text (allowed: in double quotes, \\u0001)");
    }

    private static String read(Path file) {
        return ConfigurationFile.read(file).problems().getFirst().message();
    }

    private static List<Problem> inTime(String text) {
        return inTime(() -> ConfigurationFile.parse(text, "/tmp/sluice.yaml").problems());
    }

    /** Of the processor's time, as many builds may share it; a thousand times less than what grows by the square. */
    private static <T> T inTime(Supplier<T> work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long startNs = threads.getCurrentThreadCpuTime();
        T result = work.get();
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - startNs)).isLessThan(Duration.ofSeconds(10));
        return result;
    }
}
