package io.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How many clients move when the set of servers changes, for the schedulers that follow the client. */
class DisruptionTest {
    private static final int CLIENTS = 100_000;
    private static final Fleet EVERY_SERVER_ACCEPTS = Fleet.equal(1_000);

    @Test
    void source_hash_moves_only_the_clients_of_a_server_that_goes() {
        SplittableRandom random = new SplittableRandom(31);
        for (int n = 0; n < 10; n++) {
            ServerSet before = generated(random, 20);
            int gone = random.nextInt(before.size());
            assertThat(movedBesides(before, gone, SchedulerKind.SOURCE_HASH)).isZero();
        }
    }

    @Test
    void source_hash_moves_clients_only_towards_a_server_whose_weight_rises() {
        ServerSet before = Fleet.of(100, 200, 50, 100).servers;
        ServerSet after = Fleet.of(100, 200, 60, 100).servers;
        long[] from = owners(before, SchedulerKind.SOURCE_HASH);
        long[] to = owners(after, SchedulerKind.SOURCE_HASH);
        long moved = IntStream.range(0, CLIENTS).filter(c -> from[c] != to[c]).count();
        assertThat(IntStream.range(0, CLIENTS).filter(c -> from[c] != to[c]).allMatch(c -> to[c] == after.ids()[2]))
                .isTrue();
        double fair = 60.0 / 460 - 50.0 / 450;
        assertThat((double) moved / CLIENTS).isBetween(fair * 0.9, fair * 1.1);
    }

    @Test
    void a_client_whose_server_refuses_goes_where_it_would_go_if_that_server_were_gone() {
        Fleet fleet = Fleet.of(100, 200, 300, 400);
        Scheduler with = fleet.scheduler(SchedulerKind.SOURCE_HASH, 0);
        Scheduler without = SchedulerPlan.of(SchedulerKind.SOURCE_HASH, without(fleet.servers, 2)).forWorker(0);
        fleet.refuse(2);
        for (int client = 0; client < 10_000; client++) {
            int chosen = without.select(Fleet.client(client), EVERY_SERVER_ACCEPTS);
            assertThat(with.select(Fleet.client(client), fleet)).isEqualTo(chosen < 2 ? chosen : chosen + 1);
        }
    }

    @Test
    void maglev_moves_few_clients_besides_those_of_a_server_that_goes() {
        SplittableRandom random = new SplittableRandom(32);
        for (int count : new int[]{2, 3, 5, 10, 20, 50, 100, 200}) {
            ServerSet before = Fleet.equal(count).servers;
            assertThat(movedBesides(before, random.nextInt(count), SchedulerKind.MAGLEV)).as("%d servers", count)
                    .isLessThan(0.02);
        }
    }

    @Test
    void maglev_with_weights_moves_few_clients_besides_those_of_a_server_that_goes() {
        SplittableRandom random = new SplittableRandom(33);
        for (int n = 0; n < 20; n++) {
            ServerSet before = generated(random, 30);
            int gone = random.nextInt(before.size());
            assertThat(movedBesides(before, gone, SchedulerKind.MAGLEV)).as("weights %s without number %d",
                    Arrays.toString(before.weights()), gone).isLessThan(0.02);
        }
    }

    @Test
    void maglev_tables_are_balanced_to_the_slot_for_equal_servers() {
        for (int count : new int[]{1, 2, 3, 7, 10, 100, 1_000}) {
            int[] slots = slots(Fleet.equal(count).servers);
            assertThat(Arrays.stream(slots).max().orElseThrow() - Arrays.stream(slots).min().orElseThrow())
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void maglev_tables_follow_the_weights_to_within_1_percent_and_two_slots() {
        SplittableRandom random = new SplittableRandom(34);
        for (int n = 0; n < 30; n++) {
            ServerSet servers = generated(random, 50);
            double total = Arrays.stream(servers.weights()).asLongStream().sum();
            int[] slots = slots(servers);
            for (int i = 0; i < slots.length; i++) {
                double fair = (double) MaglevTable.SIZE * servers.weights()[i] / total;
                assertThat((double) slots[i]).as("weights %s, number %d", Arrays.toString(servers.weights()), i)
                        .isBetween(fair * 0.99 - 2, fair * 1.01 + 2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SOURCE_HASH", "MAGLEV"})
    void the_order_of_the_servers_in_the_configuration_does_not_matter(SchedulerKind kind) {
        ServerSet servers = Fleet.of(100, 1, 65_535, 300, 300).servers;
        int count = servers.size();
        ServerSet reversed = new ServerSet(
                IntStream.range(0, count).mapToLong(i -> servers.ids()[count - 1 - i]).toArray(),
                IntStream.range(0, count).map(i -> servers.weights()[count - 1 - i]).toArray());
        assertThat(owners(reversed, kind)).isEqualTo(owners(servers, kind));
    }

    @ParameterizedTest
    @EnumSource(names = {"SOURCE_HASH", "MAGLEV"})
    void workers_agree_whatever_their_seed(SchedulerKind kind) {
        Fleet fleet = Fleet.of(100, 200, 300);
        SchedulerPlan plan = SchedulerPlan.of(kind, fleet.servers);
        for (int client = 0; client < 1_000; client++) {
            assertThat(plan.forWorker(1).select(Fleet.client(client), fleet))
                    .isEqualTo(plan.forWorker(2).select(Fleet.client(client), fleet));
        }
        assertThat(kind.followsClient()).isTrue();
    }

    /** Share of all clients that move although their server stays. */
    private static double movedBesides(ServerSet before, int gone, SchedulerKind kind) {
        long[] from = owners(before, kind);
        long[] to = owners(without(before, gone), kind);
        return IntStream.range(0, CLIENTS).filter(c -> from[c] != before.ids()[gone] && from[c] != to[c]).count()
                / (double) CLIENTS;
    }

    private static long[] owners(ServerSet servers, SchedulerKind kind) {
        Scheduler scheduler = SchedulerPlan.of(kind, servers).forWorker(0);
        return IntStream.range(0, CLIENTS)
                .mapToLong(c -> servers.ids()[scheduler.select(Fleet.client(c), EVERY_SERVER_ACCEPTS)]).toArray();
    }

    private static int[] slots(ServerSet servers) {
        int[] slots = new int[servers.size()];
        for (char server : MaglevTable.build(servers)) {
            slots[server]++;
        }
        return slots;
    }

    private static ServerSet generated(SplittableRandom random, int maxServers) {
        int[] weights = random.ints(random.nextInt(2, maxServers + 1), 1, 400).toArray();
        if (random.nextBoolean()) {
            weights[random.nextInt(weights.length)] = 65_535;
        }
        return Fleet.of(weights).servers;
    }

    private static ServerSet without(ServerSet servers, int gone) {
        int[] stay = IntStream.range(0, servers.size()).filter(i -> i != gone).toArray();
        return new ServerSet(Arrays.stream(stay).mapToLong(i -> servers.ids()[i]).toArray(),
                Arrays.stream(stay).map(i -> servers.weights()[i]).toArray());
    }
}
