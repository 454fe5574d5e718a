package io.sluice.control.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way a file can be wrong, and what the user is told: place, what was found, what is allowed, nearest word. */
class InvalidFilesTest {
    static Stream<Cases> invalid() {
        return Cases.of("invalid.txt");
    }

    static Stream<Cases> doubtful() {
        return Cases.of("warnings.txt");
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void an_invalid_file_is_refused_with_every_problem_at_its_place(Cases file, @TempDir Path directory)
            throws IOException {
        Path secret = Cases.secret(directory);
        assertThat(file.found(secret)).isNotEmpty().containsExactlyElementsOf(file.messages());
        assertThat(file.result(secret)).isInstanceOf(ConfigurationFile.Invalid.class);
    }

    @ParameterizedTest
    @MethodSource("doubtful")
    void a_doubtful_file_is_accepted_with_a_warning(Cases file, @TempDir Path directory) throws IOException {
        Path secret = Cases.secret(directory);
        assertThat(file.found(secret)).isNotEmpty().containsExactlyElementsOf(file.messages());
        assertThat(file.result(secret)).isInstanceOf(ConfigurationFile.Valid.class);
    }

    @Test
    void at_least_sixty_invalid_files_are_known() {
        assertThat(invalid()).hasSizeGreaterThanOrEqualTo(60);
        assertThat(invalid().map(Cases::name)).doesNotHaveDuplicates();
    }
}
