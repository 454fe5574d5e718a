package io.sluice.control.config.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.config.model.IntRange;
import io.sluice.control.config.model.PortSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValuesTest {
    @Test
    void ports_are_merged_and_intersected() {
        var ports = new PortSet(List.of(new IntRange(443, 443), new IntRange(80, 81), new IntRange(82, 90)));
        assertThat(ports).hasToString("80-90,443");
        assertThat(ports.size()).isEqualTo(12);
        assertThat(ports.contains(443)).isTrue();
        assertThat(ports.contains(91)).isFalse();
        assertThat(ports.intersection(new PortSet(List.of(new IntRange(85, 500))))).hasToString("85-90,443");
        assertThat(ports.stream()).startsWith(80, 81).endsWith(90, 443);
    }
}
