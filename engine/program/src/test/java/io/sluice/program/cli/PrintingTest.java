package io.sluice.program.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrintingTest {
    @Test
    void columns_are_aligned_with_and_without_colour() {
        for (boolean coloured : new boolean[]{false, true}) {
            var style = new Style(coloured);
            var lines = new Table("NAME", ">COUNT", "STATE").row("a", 5, style.state("up"))
                    .row("longer", 12_345, style.state("down")).lines(style);
            assertThat(lines.stream().map(PrintingTest::withoutColour)).containsExactly("NAME    COUNT  STATE",
                    "a           5  up", "longer  12345  down");
            assertThat(String.join("", lines).contains("\u001B")).isEqualTo(coloured);
        }
    }

    @Test
    void colour_needs_a_terminal_and_gives_way_to_NO_COLOR() {
        assertThat(Style.colourWanted(Map.of("TERM", "xterm"), true)).isTrue();
        assertThat(Style.colourWanted(Map.of("TERM", "xterm"), false)).isFalse();
        assertThat(Style.colourWanted(Map.of("TERM", "xterm", "NO_COLOR", "1"), true)).isFalse();
        assertThat(Style.colourWanted(Map.of("TERM", "xterm", "NO_COLOR", ""), true)).isTrue();
        assertThat(Style.colourWanted(Map.of("TERM", "dumb"), true)).isFalse();
    }

    @Test
    void numbers_carry_the_unit_that_suits_them() {
        assertThat(Quantities.bytes(512)).isEqualTo("512 B");
        assertThat(Quantities.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Quantities.bytes(200.0 * 1024 * 1024)).isEqualTo("200 MiB");
        assertThat(Quantities.count(9_999)).isEqualTo("9999");
        assertThat(Quantities.count(12_345)).isEqualTo("12.3 k");
        assertThat(Quantities.micros(85)).isEqualTo("85 µs");
        assertThat(Quantities.micros(1_234)).isEqualTo("1.2 ms");
    }

    @Test
    void ages_show_their_two_largest_units() {
        assertThat(Quantities.age(Duration.ofMillis(120))).isEqualTo("120ms");
        assertThat(Quantities.age(Duration.ofSeconds(59))).isEqualTo("59s");
        assertThat(Quantities.age(Duration.ofSeconds(302))).isEqualTo("5m2s");
        assertThat(Quantities.age(Duration.ofHours(76))).isEqualTo("3d4h");
        assertThat(Quantities.age(Duration.ofMinutes(6))).isEqualTo("6m");
    }

    private static String withoutColour(String line) {
        return line.replaceAll("\u001B\\[[0-9]*m", "");
    }
}
