package io.sluice.dataplane.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.worker.WorkerHarness.Bell;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults thrown into every entry of a worker, on every transport: each ends what it is about and nothing else. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class WorkerFaultsTest {
    private static final Kick ALL = new Kick(0, 0, 0, 0, 0, 0, 0, 0);

    /** What puts a fault into one entry. */
    enum Entry {
        READY(FaultKind.READY) {
            @Override
            void sabotage(WorkerHarness harness, Bell bell, Throwable fault) {
                bell.next.set(fault);
                bell.ring();
            }
        },
        DEFERRED_TO_THE_END_OF_THE_CYCLE(FaultKind.DEFERRED) {
            @Override
            void sabotage(WorkerHarness harness, Bell bell, Throwable fault) {
                bell.next.set(fault);
                bell.putOff = () -> harness.worker.defer(bell);
                bell.ring();
            }
        },
        DEFERRED_TO_THE_TICK(FaultKind.DEFERRED) {
            @Override
            void sabotage(WorkerHarness harness, Bell bell, Throwable fault) {
                bell.next.set(fault);
                bell.putOff = () -> harness.worker.deferToTick(bell);
                bell.ring();
            }
        },
        TIMER(FaultKind.TIMER) {
            @Override
            void sabotage(WorkerHarness harness, Bell bell, Throwable fault) {
                harness.worker.execute(() -> harness.worker.timers().set(new TimerWheel.Timer() {
                    @Override
                    protected void onTimeout(long nowNs) {
                        raise(fault);
                    }

                    @Override
                    public void onFault() {
                        bell.onFault();
                    }
                }, harness.worker.nowNs()));
            }
        },
        TICK(FaultKind.TICK) {
            @Override
            void sabotage(WorkerHarness harness, Bell bell, Throwable fault) {
                harness.path.nextTick.set(fault);
            }
        },
        ROUTES(FaultKind.ROUTES) {
            @Override
            void sabotage(WorkerHarness harness, Bell bell, Throwable fault) {
                harness.path.nextRoutes.set(fault);
                harness.publish(7);
            }
        },
        KICK(FaultKind.KICK) {
            @Override
            void sabotage(WorkerHarness harness, Bell bell, Throwable fault) {
                harness.path.nextKick.set(fault);
                harness.worker.kick(ALL);
            }
        },
        COMMAND(FaultKind.COMMAND) {
            @Override
            void sabotage(WorkerHarness harness, Bell bell, Throwable fault) {
                harness.worker.execute(() -> raise(fault));
            }
        };

        final FaultKind kind;

        Entry(FaultKind kind) {
            this.kind = kind;
        }

        abstract void sabotage(WorkerHarness harness, Bell bell, Throwable fault);

        /** Whether there is a connection, a session or the like that it is about. */
        boolean hasScope() {
            return kind == FaultKind.READY || kind == FaultKind.DEFERRED || kind == FaultKind.TIMER;
        }
    }

    private static ConditionFactory soon() {
        return await().pollInterval(Duration.ofMillis(5)).atMost(WorkerHarness.PATIENCE);
    }

    private static void raise(Throwable fault) {
        if (fault instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) fault;
    }

    static Stream<Arguments> everyEntry() {
        return Stream.of(Transport.values())
                .flatMap(transport -> Stream.of(Entry.values()).map(entry -> Arguments.of(transport, entry)));
    }

    @ParameterizedTest
    @MethodSource("everyEntry")
    void a_fault_is_counted_and_ends_what_it_is_about_and_all_else_goes_on(Transport transport, Entry entry)
            throws Exception {
        for (Throwable fault : List.of(new IllegalStateException("a bug"), new StackOverflowError("a deep bug"),
                new NoClassDefFoundError("a missing class"))) {
            try (var harness = new WorkerHarness(transport)) {
                Bell about = harness.bell();
                List<Bell> others = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    others.add(harness.bell());
                }
                harness.run(() -> others.forEach(Bell::ring)); // ready in one cycle with what is to throw
                entry.sabotage(harness, about, fault);
                soon().until(() -> harness.faults(entry.kind) == 1);
                soon()
                        .until(() -> about.faulted.get() == (entry.hasScope() ? 1 : 0));
                assertGoesOn(harness, others);
                assertThat(harness.allFaults()).isEqualTo(1);
                assertThat(harness.lastResort).isEmpty();
            }
        }
    }

    private static void assertGoesOn(WorkerHarness harness, List<Bell> bells) throws Exception {
        for (Bell bell : bells) {
            soon().until(() -> bell.heard.get() >= 1);
            int before = bell.heard.get();
            bell.ring();
            soon().until(() -> bell.heard.get() > before);
        }
        int ticks = harness.path.ticks.get();
        soon().until(() -> harness.path.ticks.get() > ticks + 2);
        int kicks = harness.path.kicks.get();
        harness.worker.kick(ALL);
        soon().until(() -> harness.path.kicks.get() > kicks && harness.healthy.kicks.get() > kicks);
        harness.publish(8);
        soon().until(() -> harness.worker.acknowledgedVersion() == 8);
        var fired = new AtomicInteger();
        harness.run(() -> harness.worker.timers().set(new TimerWheel.Timer() {
            @Override
            protected void onTimeout(long nowNs) {
                fired.incrementAndGet();
            }

            @Override
            public void onFault() {
                throw new AssertionError("nothing was thrown");
            }
        }, harness.worker.nowNs()));
        soon().until(() -> fired.get() == 1);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void routes_that_could_not_be_taken_over_are_not_acknowledged_and_tried_again(Transport transport)
            throws Exception {
        try (var harness = new WorkerHarness(transport)) {
            harness.path.nextRoutes.set(new IllegalStateException("a bug"));
            harness.publish(7);
            soon().until(() -> harness.worker.acknowledgedVersion() == 7);
            assertThat(harness.path.routes).hasValue(1);
            assertThat(harness.healthy.routes).as("told at once, and again").hasValue(2);
            assertThat(harness.faults(FaultKind.ROUTES)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_fault_while_a_fault_is_cleaned_up_is_counted_too(Transport transport) throws Exception {
        try (var harness = new WorkerHarness(transport)) {
            harness.run(() -> harness.worker.timers().set(new TimerWheel.Timer() {
                @Override
                protected void onTimeout(long nowNs) {
                    throw new IllegalStateException("a bug");
                }

                @Override
                public void onFault() {
                    throw new IllegalStateException("another");
                }
            }, harness.worker.nowNs()));
            soon().until(() -> harness.faults(FaultKind.TIMER) == 2);
            assertGoesOn(harness, List.of());
        }
    }

    @ParameterizedTest
    @MethodSource("everyEntry")
    void without_memory_a_worker_hands_over_to_its_last_resort(Transport transport, Entry entry) throws Exception {
        try (var harness = new WorkerHarness(transport)) {
            var full = new OutOfMemoryError("Java heap space");
            entry.sabotage(harness, harness.bell(), full);
            soon().until(() -> harness.lastResort.contains(full));
            assertThat(harness.faults(entry.kind)).isEqualTo(1);
        }
    }

    @Test
    void what_cannot_be_watched_is_an_error_of_its_own() throws Exception {
        try (var harness = new WorkerHarness(Transport.EPOLL)) {
            int noDescriptor = 1 << 20;
            assertThatThrownBy(() -> harness.run(() -> harness.worker.watch(noDescriptor, harness.new Bell(), false)))
                    .hasRootCauseInstanceOf(IOException.class);
        }
    }
}
