package io.sluice.perftests.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expressions as users write them: what is meant is understood, or said so that it is the next time. */
class RequirementTest {
    @ParameterizedTest
    @CsvSource({"p99<=2ms,p99,2e6", "p99.9 <= 1.5 s,p99.9,1.5e9", "max>=10us,max,1e4", "rate>=10000,rate,10000",
        "bytes>=4GiB,bytes,4294967296", "errors<=0,errors,0"})
    void a_requirement_is_understood(String text, String figure, double limit) {
        Requirement requirement = Requirement.parse(text);
        assertThat(requirement.figure()).isEqualTo(figure);
        assertThat(requirement.limit()).isEqualTo(limit);
        assertThat(requirement.atMost()).isEqualTo(text.contains("<="));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"p99<2; by <= or >=; p99<=2ms", "p99<2s; by <= or >=; p99<=2s",
        "p99<=2; duration with its unit; p99<=2ms", "p99=2ms; by <= or >=; p99<=2ms",
        "rate>9000; by <= or >=; rate>=9000", "rate==9000; by <= or >=; rate>=9000",
        "rate>=10k; plain number; rate>=10000", "errors<=1%; not a share of them; errors<=0",
        "errors<1%; by <= or >=; errors<=0", "bytes>=1GB; KiB, MiB or GiB; bytes>=1GiB",
        "bytes>=1GB/s; KiB, MiB or GiB; bytes>=1GiB", "bytes>=lots; KiB, MiB or GiB; bytes>=1GiB",
        "p99<=fast; duration with its unit; p99<=2ms"})
    void a_hint_names_the_mistake_and_ends_in_an_expression_that_is_understood(String text, String mistake,
            String suggestion) {
        assertThatThrownBy(() -> Requirement.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--require '" + text + "': ").hasMessageContaining(mistake)
                .hasMessageEndingWith(" " + suggestion).satisfies(problem -> {
                    Matcher last = Pattern.compile("\\S+$").matcher(String.valueOf(problem.getMessage()));
                    assertThat(last.find()).isTrue();
                    assertThat(Requirement.parse(last.group()).text()).isEqualTo(suggestion);
                });
    }

    @Test
    void what_is_no_figure_gets_the_list_of_those_there_are() {
        assertThatThrownBy(() -> Requirement.parse("latency<=2ms")).hasMessageContaining("p50, p99, p99.9")
                .hasMessageContaining("errors");
        assertThatThrownBy(() -> Requirement.parse("p101<=2ms")).hasMessageContaining("at most 100");
        assertThatThrownBy(() -> Requirement.parse("fast")).hasMessageContaining("like p99<=2ms");
    }
}
