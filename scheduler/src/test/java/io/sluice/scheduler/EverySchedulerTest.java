package io.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every scheduler, over fleets generated from fixed seeds. */
class EverySchedulerTest {
    private static final int FLEETS = 2_000;

    @ParameterizedTest
    @EnumSource
    void a_server_of_weight_0_or_that_does_not_accept_is_never_chosen(SchedulerKind kind) {
        SplittableRandom random = new SplittableRandom(1);
        for (int n = 0; n < (kind == SchedulerKind.MAGLEV ? 100 : FLEETS); n++) {
            Fleet fleet = Fleet.random(random, 20);
            Scheduler scheduler = fleet.scheduler(kind, n);
            for (int i = 0; i < 50; i++) {
                int chosen = scheduler.select(random.nextLong(), fleet);
                assertThat(chosen != Scheduler.NONE).as("fleet %d", n).isEqualTo(fleet.canTakeAny());
                assertThat(chosen == Scheduler.NONE || fleet.canTake(chosen)).as("fleet %d chose %d", n, chosen)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_same_plan_seed_and_clients_give_the_same_choices(SchedulerKind kind) {
        SplittableRandom random = new SplittableRandom(2);
        for (int n = 0; n < 50; n++) {
            Fleet fleet = Fleet.random(random, 20);
            assertThat(choices(fleet, kind, n)).isEqualTo(choices(fleet, kind, n));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_single_server_is_always_chosen(SchedulerKind kind) {
        for (int weight : new int[]{1, 100, 65_535}) {
            Fleet fleet = Fleet.of(weight);
            fleet.connections[0] = Integer.MAX_VALUE;
            assertThat(choices(fleet, kind, 7)).containsOnly(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobody_is_chosen_where_nobody_can_be(SchedulerKind kind) {
        assertThat(choices(Fleet.of(), kind, 1)).containsOnly(Scheduler.NONE);
        assertThat(choices(Fleet.of(0), kind, 1)).containsOnly(Scheduler.NONE);
        assertThat(choices(Fleet.of(0, 0, 0), kind, 1)).containsOnly(Scheduler.NONE);
        assertThat(choices(Fleet.of(100, 0, 65_535).refuse(0, 2), kind, 1)).containsOnly(Scheduler.NONE);
    }

    @ParameterizedTest
    @EnumSource
    void the_last_server_that_accepts_is_found(SchedulerKind kind) {
        Fleet fleet = Fleet.of(IntStream.generate(() -> 65_535).limit(50).toArray());
        fleet.refuse(IntStream.range(0, 50).filter(i -> i != 33).toArray());
        assertThat(choices(fleet, kind, 1)).containsOnly(33);
    }

    @ParameterizedTest
    @EnumSource
    void equal_servers_get_equal_shares(SchedulerKind kind) {
        Fleet fleet = Fleet.equal(10);
        for (int share : fleet.shares(fleet.scheduler(kind, 3), 100_000)) {
            assertThat(share).isBetween(9_600, 10_400); // 4 standard deviations of independent draws
        }
    }

    @ParameterizedTest
    @EnumSource
    void shares_follow_the_weights_of_idle_servers(SchedulerKind kind) {
        Fleet fleet = Fleet.of(100, 200, 0, 300, 400);
        int[] shares = fleet.shares(fleet.scheduler(kind, 3), 100_000);
        for (int i = 0; i < shares.length; i++) {
            int weight = fleet.servers.weights()[i];
            int expected = weight == 0 ? 0 : kind.weighted() ? weight * 100 : 25_000;
            assertThat(shares[i]).as("server %d", i).isBetween((int) (expected * 0.96), (int) (expected * 1.04));
        }
    }

    @ParameterizedTest
    @EnumSource
    void weights_1_and_65535_do_not_starve_or_flood(SchedulerKind kind) {
        Fleet fleet = Fleet.of(1, 65_535, 0);
        int rounds = 20;
        int[] shares = fleet.shares(fleet.scheduler(kind, 0), rounds * 65_536);
        if (kind.weighted()) {
            assertThat(shares[0]).isBetween(1, 3 * rounds);
        } else {
            assertThat(shares[0]).isEqualTo(shares[1]);
        }
        assertThat(shares[2]).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void the_share_of_a_server_that_refuses_is_spread_over_the_others(SchedulerKind kind) {
        Fleet fleet = Fleet.equal(11).refuse(4);
        int[] shares = fleet.shares(fleet.scheduler(kind, 3), 100_000);
        for (int i = 0; i < shares.length; i++) {
            assertThat(shares[i]).as("server %d", i).isBetween(i == 4 ? 0 : 9_300, i == 4 ? 0 : 10_700);
        }
    }

    @ParameterizedTest
    @EnumSource
    void choosing_allocates_nothing(SchedulerKind kind) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Fleet fleet = Fleet.equal(20).refuse(1, 5, 19);
        Scheduler scheduler = fleet.scheduler(kind, 3);
        fleet.shares(scheduler, 20_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        fleet.shares(scheduler, 20_000);
        // the array of shares, nothing per choice
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2_000);
    }

    @ParameterizedTest
    @EnumSource(names = {"ROUND_ROBIN", "WEIGHTED_ROUND_ROBIN", "LEAST_CONNECTIONS", "WEIGHTED_LEAST_CONNECTIONS"})
    void workers_and_successive_plans_do_not_all_begin_with_the_same_servers(SchedulerKind kind) {
        for (int seedStep : new int[]{1, 4, 16, 64}) { // 1: between workers; 64: between the plans of one worker
            int most = seedStep == 1 || seedStep == 64 ? 12 : 20;
            Fleet fleet = Fleet.equal(16);
            SchedulerPlan plan = SchedulerPlan.of(kind, fleet.servers);
            int[] firsts = new int[16];
            for (int n = 0; n < 160; n++) {
                firsts[plan.forWorker(5 + n * seedStep).select(0, fleet)]++;
            }
            assertThat(Arrays.stream(firsts)).as("seeds %d apart", seedStep)
                    .allMatch(first -> first > 0 && first <= most);
        }
    }

    @ParameterizedTest
    @EnumSource
    void kinds_are_found_by_their_name_in_the_configuration(SchedulerKind kind) {
        assertThat(SchedulerKind.named(kind.configName())).isEqualTo(kind);
        assertThat(kind.configName()).isEqualTo(kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    @Test
    void an_unknown_name_is_no_kind() {
        assertThat(SchedulerKind.named("fastest")).isNull();
    }

    @Test
    void a_set_rejects_weights_out_of_range_and_keeps_its_own_copy() {
        assertThatThrownBy(() -> new ServerSet(new long[1], new int[]{65_536})).hasMessageContaining("65536");
        assertThatThrownBy(() -> new ServerSet(new long[1], new int[]{-1})).hasMessageContaining("-1");
        assertThatThrownBy(() -> new ServerSet(new long[2], new int[1])).hasMessageContaining("2 ids");
        int[] weights = {1};
        ServerSet servers = new ServerSet(new long[1], weights);
        weights[0] = 7;
        assertThat(servers.weights()).containsExactly(1);
    }

    private static int[] choices(Fleet fleet, SchedulerKind kind, int seed) {
        Scheduler scheduler = fleet.scheduler(kind, seed);
        return IntStream.range(0, 200).map(client -> scheduler.select(Fleet.client(client), fleet)).toArray();
    }
}
