package io.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of cases, and what holds for every decision. */
class DecisionTest {
    static List<DecisionCase> cases() {
        return DecisionCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void the_table_holds(DecisionCase one) {
        Written facts = new Written(one);
        long answer = new Decision(facts, facts.candidates(), 0).decide(facts.hash(), facts.entry());
        int server = Decision.server(answer);
        assertThat(server == Decision.NOBODY ? "nobody" : one.servers().get(server).name()).isEqualTo(one.gets());
        assertThat(words(Decision.reasons(answer))).isEqualTo(one.reasons());
    }

    @Test
    void every_case_has_a_name_of_its_own() {
        assertThat(cases().stream().map(DecisionCase::name))
                .doesNotHaveDuplicates().doesNotContain("").hasSizeGreaterThan(50);
    }

    @Test
    void every_reason_stands_in_the_table() {
        Set<String> told = cases().stream().flatMap(one -> one.reasons().stream()).collect(Collectors.toSet());
        assertThat(told).isEqualTo(EnumSet.allOf(Reason.class).stream().map(Reason::word).collect(Collectors.toSet()));
    }

    @Test
    void candidates_stay_the_same_instance_until_something_about_them_changes() {
        int[] states = {0, 0, ServerState.BACKUP};
        long[] ids = {1, 2, 3};
        int[] weights = {100, 50, 100};
        SchedulerKind kind = SchedulerKind.ROUND_ROBIN;
        Candidates first = Candidates.of(kind, states, ids, weights, false, null);
        assertThat(IntStream.range(0, 3).filter(first::contains)).containsExactly(0, 1);
        assertThat(first.standing()).isEqualTo(Candidates.Standing.SERVERS);

        assertThat(Candidates.of(kind, states, ids, weights, false, first)).isSameAs(first);
        int[] backupDrained = {0, 0, ServerState.BACKUP | ServerState.DRAINED};
        Candidates withoutBackup = Candidates.of(kind, backupDrained, ids, weights, false, first);
        assertThat(withoutBackup).isNotSameAs(first);
        int[] downToo = {0, 0, ServerState.BACKUP | ServerState.DRAINED | ServerState.DOWN};
        assertThat(Candidates.of(kind, downToo, ids, weights, false, withoutBackup)).isSameAs(withoutBackup);

        assertThat(Candidates.of(kind, states, ids, weights, true, first)).isNotSameAs(first);
        assertThat(Candidates.of(SchedulerKind.LEAST_CONNECTIONS, states, ids, weights, false, first))
                .isNotSameAs(first);
        assertThat(Candidates.of(kind, states, ids, new int[]{100, 51, 100}, false, first)).isNotSameAs(first);
        assertThat(Candidates.of(kind, states, new long[]{1, 4, 3}, weights, false, first)).isNotSameAs(first);
        assertThat(Candidates.of(kind, new int[]{0, ServerState.DRAINED, 0}, ids, weights, false, first))
                .isNotSameAs(first);
    }

    @Test
    void a_turn_goes_on_while_the_candidates_are_the_same() {
        Written facts = new Written(find("round-robin goes by turn"));
        Candidates candidates = facts.candidates();
        Decision decision = new Decision(facts, candidates, 0);
        int first = Decision.server(decision.decide(0, Decision.NOT_KEPT));
        decision.update(candidates);
        assertThat(Decision.server(decision.decide(0, Decision.NOT_KEPT))).isNotEqualTo(first);
        decision.update(candidates);
        assertThat(Decision.server(decision.decide(0, Decision.NOT_KEPT))).isEqualTo(first);
    }

    @Test
    void a_turn_goes_on_while_backups_come_and_go() {
        int[] states = {0, 0, ServerState.BACKUP};
        long[] ids = {1, 2, 3};
        int[] weights = {100, 100, 100};
        Candidates first = Candidates.of(SchedulerKind.ROUND_ROBIN, states, ids, weights, false, null);
        Decision decision = new Decision(new Written(find("round-robin goes by turn")), first, 0);
        int server = Decision.server(decision.decide(0, Decision.NOT_KEPT));
        Candidates next = Candidates.of(SchedulerKind.ROUND_ROBIN, new int[]{0, 0, ServerState.DOWN}, ids, weights,
                false, first);
        decision.update(next);
        assertThat(Decision.server(decision.decide(0, Decision.NOT_KEPT))).isNotEqualTo(server);
        decision.update(Candidates.of(SchedulerKind.ROUND_ROBIN, states, ids, weights, false, next));
        assertThat(Decision.server(decision.decide(0, Decision.NOT_KEPT))).isEqualTo(server);
    }

    @ParameterizedTest
    @EnumSource
    void one_on_probation_gets_a_client_only_where_there_is_no_other(SchedulerKind kind) {
        DecisionCase three = new DecisionCase("", kind, false, false, find("round-robin goes by turn").servers(),
                find("round-robin goes by turn").client(), "", false, Set.of(), false, "", Set.of());
        Written facts = new Written(three);
        Decision decision = new Decision(facts, facts.candidates(), 0);
        facts.onProbation = 0;
        for (int i = 0; i < 200; i++) {
            assertThat(Decision.server(decision.decide(Fleet.client(i), Decision.NOT_KEPT))).isPositive();
        }
        Arrays.fill(facts.tried, true);
        facts.tried[0] = false;
        assertThat(Decision.server(decision.decide(Fleet.client(1), Decision.NOT_KEPT))).isZero();
        assertThat(Decision.server(decision.decide(Fleet.client(1), 0))).as("whoever has an entry").isZero();
    }

    @ParameterizedTest
    @EnumSource
    void deciding_allocates_nothing(SchedulerKind kind) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        DecisionCase fleet = find("one server was tried and the other is at its maximum");
        DecisionCase some = new DecisionCase("", kind, true, false, cases().stream()
                .flatMap(one -> one.servers().stream()).filter(server -> server.state() != ServerState.FALLBACK)
                .limit(40).toList(), fleet.client(), "a",
                false, fleet.tried(), false, "", Set.of());
        Written facts = new Written(some);
        Decision decision = new Decision(facts, facts.candidates(), 0);
        decideOften(decision, facts);
        long before = threads.getCurrentThreadAllocatedBytes();
        decideOften(decision, facts);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2_000);
    }

    private static void decideOften(Decision decision, Written facts) {
        int entries = facts.states.length; // and four words in place of one
        for (int i = 0; i < 20_000; i++) {
            decision.decide(Fleet.client(i), i % (entries + 4) - 4);
        }
    }

    private static DecisionCase find(String name) {
        return cases().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    }

    private static Set<String> words(int reasons) {
        return Arrays.stream(Reason.values()).filter(reason -> reason.in(reasons)).map(Reason::word)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** A case as the facts of a decision. */
    private static final class Written implements Facts {
        private final DecisionCase one;
        private final int[] states;
        private final boolean[] tried;
        private int onProbation = -1;

        Written(DecisionCase one) {
            this.one = one;
            states = one.servers().stream().mapToInt(DecisionCase.Server::state).toArray();
            tried = new boolean[states.length];
            for (int i = 0; i < tried.length; i++) {
                tried[i] = one.tried().contains(one.servers().get(i).name());
            }
        }

        Candidates candidates() {
            long[] ids = IntStream.range(0, states.length).mapToLong(i -> ServerId.ipv4(0x0A00_0001 + i, 80)).toArray();
            int[] weights = one.servers().stream()
                    .mapToInt(server -> SlowStart.weight(server.weight(), server.elapsedNs(), server.rampNs()))
                    .toArray();
            return Candidates.of(one.scheduler(), states, ids, weights, one.overflow(), null);
        }

        long hash() {
            return ClientHash.OF_ADDRESS.of(one.client());
        }

        int entry() {
            if (!one.affinity()) {
                return Decision.NOT_KEPT;
            }
            if (one.entry().isEmpty()) {
                return Decision.NO_ENTRY;
            }
            if (one.expired()) {
                return Decision.EXPIRED;
            }
            return IntStream.range(0, states.length).filter(i -> one.servers().get(i).name().equals(one.entry()))
                    .findFirst().orElse(Decision.GONE);
        }

        @Override
        public int state(int position) {
            return states[position];
        }

        @Override
        public int connections(int position) {
            return one.servers().get(position).connections();
        }

        @Override
        public int maxConnections(int position) {
            return one.servers().get(position).maxConnections();
        }

        @Override
        public int minConnections(int position) {
            return one.servers().get(position).minConnections();
        }

        @Override
        public boolean wasFull(int position) {
            return one.servers().get(position).wasFull();
        }

        @Override
        public boolean isOnProbation(int position) {
            return onProbation == position;
        }

        @Override
        public boolean tried(int position) {
            return tried[position];
        }

        @Override
        public boolean othersWait() {
            return one.othersWait();
        }
    }
}
