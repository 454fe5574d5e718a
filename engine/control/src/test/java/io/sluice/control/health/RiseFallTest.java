package io.sluice.control.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.ServerHealth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RiseFallTest {
    /** + passed, - failed, ? could not be run; after each: C checking, U up, D down. */
    @ParameterizedTest
    @CsvSource({"+, U", "-+, CU", "--, CD", "-?-, CCD", "?, C", "??+, CCU", // the first success, two failures
        "+--+--, UUUUUU", "+---, UUUD", "+-+-+-+, UUUUUUU", // fall 3 in a row
        "--+, CDD", "--++, CDDU", "--+-+-++, CDDDDDDU", "--+?++, CDDDDU", // rise 2 in a row
        "+---++---, UUUDDUUUD", "+????, UUUUU", "+--??-, UUUUUD"})
    void states_follow_outcomes(String outcomes, String states) {
        var riseFall = new RiseFall(2, 3, ServerHealth.CHECKING);
        var became = new StringBuilder();
        for (char outcome : outcomes.toCharArray()) {
            ServerHealth before = riseFall.state();
            boolean changed = riseFall.changedBy(switch (outcome) {
                case '+' -> Outcome.Kind.PASSED;
                case '-' -> Outcome.Kind.FAILED;
                default -> Outcome.Kind.UNABLE;
            });
            assertThat(changed).isEqualTo(before != riseFall.state());
            became.append(riseFall.state().name().charAt(0));
        }
        assertThat(became).hasToString(states);
    }

    @Test
    void with_fall_1_the_first_failure_decides() {
        var riseFall = new RiseFall(1, 1, ServerHealth.CHECKING);
        assertThat(riseFall.changedBy(Outcome.Kind.FAILED)).isTrue();
        assertThat(riseFall.state()).isEqualTo(ServerHealth.DOWN);
    }
}
