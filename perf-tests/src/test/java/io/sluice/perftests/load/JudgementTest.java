package io.sluice.perftests.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perftests.LaboratoryExit;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Whose fault it was: the generator's, the target's, or nobody's. */
class JudgementTest {
    private static final LoadPlan PLAN = LoadPlan.to(LoadMode.REQUEST_RESPONSE, new InetSocketAddress("127.0.0.1", 1))
            .connections(4).rate(RateProfile.constant(750)).build();

    @Test
    void late_sends_are_a_share_of_arrivals_however_few_of_them_the_target_finished() {
        Interval total = openLoop(7_500, 134, 582);
        assertThat(Judgement.lateShare(total)).isEqualTo(134 / 7_500.0);
        assertThat(Judgement.lateShare(openLoop(7_500, 7_501, 12))).isEqualTo(1);
    }

    @Test
    void a_slow_target_fails_and_does_not_make_the_figures_doubtful() {
        Judgement judgement = Judgement.of(PLAN, openLoop(7_500, 0, 582), 0, 6_914);
        assertThat(judgement.targetFailed()).singleElement().asString().contains("did not keep up",
                "6914 arrivals, 92 %");
        assertThat(judgement.believable()).isTrue();
        assertThat(judgement.exitCode(true)).isEqualTo(LaboratoryExit.GATE_FAILED);
        // some lateness of a generator that waits for a slow target changes nothing
        assertThat(Judgement.of(PLAN, openLoop(7_500, 134, 582), 0, 6_914).exitCode(true))
                .isEqualTo(LaboratoryExit.GATE_FAILED);
    }

    @Test
    void a_target_that_paused_at_the_end_has_not_failed() {
        assertThat(Judgement.of(PLAN, openLoop(7_500, 0, 7_300), 0, 150).exitCode(true)).isEqualTo(LaboratoryExit.OK);
    }

    @Test
    void a_generator_that_does_not_get_round_to_its_connections_does_not_blame_the_target() {
        Judgement judgement = Judgement.of(PLAN, openLoop(100_000, 90_000, 30_000), 0, 70_000);
        assertThat(judgement.targetFailed()).isEmpty();
        assertThat(judgement.exitCode(true)).isEqualTo(LaboratoryExit.CANNOT_JUDGE);
        Judgement withoutPorts = Judgement.of(PLAN, openLoop(7_500, 0, 0), 7_000, 7_000);
        assertThat(withoutPorts.exitCode(true)).isEqualTo(LaboratoryExit.CANNOT_JUDGE);
    }

    @Test
    void a_requirement_that_fails_wins_over_a_weak_generator() {
        Judgement judgement = Judgement.of(PLAN, openLoop(7_500, 7_000, 7_500), 0, 0);
        assertThat(judgement.exitCode(true)).isEqualTo(LaboratoryExit.CANNOT_JUDGE);
        assertThat(judgement.exitCode(false)).isEqualTo(LaboratoryExit.GATE_FAILED);
    }

    @Test
    void a_load_without_success_is_an_error_that_says_what_happened() {
        Interval total = openLoop(7_500, 0, 0);
        total.counts[Count.REFUSED.ordinal()] = 12;
        Judgement judgement = Judgement.of(PLAN, total, 0, 0);
        assertThat(judgement.nothingSucceeded()).containsExactly(
                "no operation succeeded in the measured time: 12 refused");
        assertThat(judgement.believable()).isFalse();
        assertThat(judgement.exitCode(true)).isEqualTo(LaboratoryExit.INTERNAL_ERROR);
    }

    private static Interval openLoop(long arrivals, long late, long finished) {
        Interval total = new Interval(0);
        total.seconds = 10;
        total.counts[Count.ARRIVALS.ordinal()] = arrivals;
        total.counts[Count.LATE.ordinal()] = late;
        total.counts[Count.OPERATIONS.ordinal()] = finished;
        return total;
    }
}
