package io.sluice.control.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.yaml.Formatter;
import io.sluice.control.config.yaml.Problem;
import io.sluice.control.config.yaml.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Generated configurations survive being written, formatted, read and compared. */
@Tag("peer")
class RoundTripTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private static Path directory;

    @BeforeAll
    static void files() throws IOException {
        ConfigurationSamples.makeFiles(directory);
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void what_is_written_is_read_back(long seed) {
        Configuration configuration = new RandomConfigurations(seed, directory).next();
        String text = ConfigurationText.of(configuration);
        assertThat(read(text)).as(text).isEqualTo(configuration);
        assertThat(Plan.between(configuration, read(text)).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void formatting_is_stable_and_changes_nothing_that_the_file_says(long seed) {
        Configuration configuration = new RandomConfigurations(seed, directory).next();
        String formatted = format(ConfigurationText.of(configuration));
        assertThat(read(formatted)).as(formatted).isEqualTo(configuration);
        assertThat(format(formatted)).isEqualTo(formatted);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_plan_names_every_service_that_differs(long seed) {
        var random = new RandomConfigurations(seed, directory);
        Configuration before = random.next();
        Configuration after = random.next();
        Plan plan = Plan.between(before, after);
        assertThat(plan.changes()).filteredOn(change -> change.what().equals("service")).extracting(Change::name)
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                        after.services().stream().filter(service -> !before.services().contains(service))
                                .map(ServiceConfiguration::name),
                        before.services().stream().map(ServiceConfiguration::name)
                                .filter(name -> after.service(name).isEmpty()))
                        .toList());
        assertThat(plan.opens().stream().filter(plan.closes()::contains)).isEmpty();
    }

    private static Configuration read(String text) {
        var result = ConfigurationFile.parse(text, directory.resolve("sluice.yaml").toString());
        assertThat(result.problems()).as(text).noneMatch(Problem::isError);
        return ((ConfigurationFile.Valid) result).configuration();
    }

    private static String format(String text) {
        return Objects.requireNonNull(Formatter.format(text, new Problems("test")), text);
    }
}
