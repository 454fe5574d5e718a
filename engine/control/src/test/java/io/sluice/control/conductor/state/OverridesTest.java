package io.sluice.control.conductor.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.control.api.AdminState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverridesTest {
    @TempDir
    Path directory;

    @Test
    void changes_are_there_after_a_restart() throws IOException {
        Overrides overrides = open();
        assertThat(overrides.of("web", "a")).isEqualTo(ServerOverride.NONE);
        overrides.put("web", "a", ServerOverride.NONE.withAdmin(AdminState.DRAIN));
        overrides.put("web", "b", ServerOverride.NONE.withWeight(0));
        overrides.put("name with spaces", "sörver #1", new ServerOverride(AdminState.HALT, OptionalInt.of(65_535)));
        overrides.put("web", "c", ServerOverride.NONE.withAdmin(AdminState.HALT));
        overrides.put("web", "c", ServerOverride.NONE);

        Overrides later = open();
        assertThat(later.problem()).isNull();
        assertThat(later.all()).isEqualTo(overrides.all()).hasSize(3);
        assertThat(later.of("web", "a").admin()).isEqualTo(AdminState.DRAIN);
        assertThat(later.of("web", "b")).isEqualTo(new ServerOverride(AdminState.ONLINE, OptionalInt.of(0)));
        assertThat(later.of("name with spaces", "sörver #1").weight()).hasValue(65_535);
    }

    @Test
    void servers_no_longer_configured_are_forgotten() throws IOException {
        Overrides overrides = open();
        overrides.put("web", "a", ServerOverride.NONE.withWeight(1));
        overrides.put("web", "b", ServerOverride.NONE.withWeight(2));
        overrides.retain(Set.of("web/b")::contains);
        assertThat(open().all()).containsOnlyKeys("web/b");
    }

    @Test
    void a_file_that_cannot_be_understood_is_put_aside_and_reported() throws IOException {
        Path file = directory.resolve("overrides");
        for (String content : new String[]{"", "nonsense\n", "sluice overrides 1\ndrain - web/a",
            "sluice overrides 1\nasleep - web/a\n",
            "sluice overrides 1\ndrain many web/a\n", "sluice overrides 1\ndrain 70000 web/a\n",
            "sluice overrides 1\ndrain\n"}) {
            Files.writeString(file, content);
            Overrides overrides = open();
            assertThat(overrides.all()).as(content).isEmpty();
            assertThat(overrides.problem()).as(content).contains("put aside", "overrides.old", "repeat drain")
                    .doesNotContain("enum", "input string");
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void a_change_that_cannot_be_written_is_not_noted() throws IOException {
        Overrides overrides = Overrides.open(directory.resolve("absent").resolve("overrides"));
        assertThatThrownBy(() -> overrides.put("web", "a", ServerOverride.NONE.withWeight(1)))
                .isInstanceOf(IOException.class);
        assertThat(overrides.all()).isEmpty();
        assertThatThrownBy(() -> ServerOverride.NONE.withWeight(65_536)).hasMessageContaining("outside 0..65535");
    }

    private Overrides open() throws IOException {
        return Overrides.open(directory.resolve("overrides"));
    }
}
