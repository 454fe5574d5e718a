package io.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
    @Test
    void weighted_turns_are_interleaved() {
        Fleet fleet = Fleet.of(5, 1, 1);
        Scheduler scheduler = fleet.scheduler(SchedulerKind.WEIGHTED_ROUND_ROBIN, 0);
        assertThat(IntStream.range(0, 14).map(i -> scheduler.select(0, fleet))).containsExactly(0, 0, 1, 0, 2, 0, 0, 0,
                0, 1, 0, 2, 0, 0);
    }

    @Test
    void a_full_cycle_gives_each_server_exactly_its_weight_from_any_start() {
        SplittableRandom random = new SplittableRandom(11);
        for (int n = 0; n < 200; n++) {
            int[] weights = random.ints(random.nextInt(1, 12), 0, 30).toArray();
            Fleet fleet = Fleet.of(weights);
            if (Arrays.stream(weights).sum() > 0) {
                Scheduler scheduler = fleet.scheduler(SchedulerKind.WEIGHTED_ROUND_ROBIN, n);
                assertThat(fleet.shares(scheduler, Arrays.stream(weights).sum())).isEqualTo(weights);
            }
        }
    }

    @Test
    void no_stretch_of_choices_departs_from_the_weights_by_more_than_the_number_of_servers() {
        SplittableRandom random = new SplittableRandom(12);
        for (int n = 0; n < 50; n++) {
            int[] weights = random.ints(random.nextInt(2, 8), 1, 65_536).toArray();
            double total = Arrays.stream(weights).asLongStream().sum();
            Fleet fleet = Fleet.of(weights);
            Scheduler scheduler = fleet.scheduler(SchedulerKind.WEIGHTED_ROUND_ROBIN, 0);
            int[] shares = new int[weights.length];
            for (int chosen = 1; chosen <= 2_000; chosen++) {
                shares[scheduler.select(0, fleet)]++;
                for (int i = 0; i < weights.length; i++) {
                    assertThat(Math.abs(shares[i] - chosen * weights[i] / total)).isLessThan(weights.length);
                }
            }
        }
    }

    @Test
    void a_server_that_refused_for_a_while_does_not_get_a_burst_afterwards() {
        Fleet refusing = Fleet.of(1, 1, 1).refuse(0);
        Fleet accepting = Fleet.of(1, 1, 1);
        Scheduler scheduler = accepting.scheduler(SchedulerKind.WEIGHTED_ROUND_ROBIN, 0);
        for (int i = 0; i < 1_001; i++) {
            scheduler.select(0, refusing);
        }
        int[] shares = accepting.shares(scheduler, 9);
        assertThat(shares).containsExactly(3, 3, 3);
    }

    @Test
    void round_robin_takes_turns_and_skips() {
        Fleet fleet = Fleet.of(1, 9, 0, 65_535, 5).refuse(4);
        Scheduler scheduler = fleet.scheduler(SchedulerKind.ROUND_ROBIN, 0);
        assertThat(IntStream.range(0, 6).map(i -> scheduler.select(0, fleet))).containsExactly(0, 1, 3, 0, 1, 3);
    }

    @Test
    void any_seed_will_do() {
        for (int seed : new int[]{Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE}) {
            for (SchedulerKind kind : SchedulerKind.values()) {
                Fleet fleet = Fleet.equal(3);
                assertThat(fleet.scheduler(kind, seed).select(1, fleet)).isBetween(0, 2);
            }
        }
    }
}
