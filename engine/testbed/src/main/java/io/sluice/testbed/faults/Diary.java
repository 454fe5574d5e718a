package io.sluice.testbed.faults;

import io.sluice.testbed.faults.Fault.Client;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What happened in a run: faults from begin to end, who was let down when, and what may not be. Any thread. */
final class Diary {
    /** After a fault's end its effects end: checks find a server up, stopped clocks catch up. */
    private static final long AFTER_NS = TimeUnit.SECONDS.toNanos(3);
    /** Somebody who is let down is told of in the log within this. */
    private static final long TOLD_WITHIN_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int TOLD_OF_EACH = 5;

    private final long beganNs = System.nanoTime();
    private final List<Window> windows = new CopyOnWriteArrayList<>();
    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final List<String> wrong = new CopyOnWriteArrayList<>();

    /** One fault as it happened. Its thread writes, any reads. */
    static final class Window {
        private final Fault fault;
        private final long fromNs;
        private final @Nullable String server;
        private volatile long toNs = Long.MAX_VALUE;

        private Window(Fault fault, long fromNs, @Nullable String server) {
            this.fault = fault;
            this.fromNs = fromNs;
            this.server = server;
        }

        void end() {
            toNs = System.nanoTime();
        }

        private boolean covers(long fromNs, long toNs) {
            return this.fromNs - toNs <= 0 && (this.toNs == Long.MAX_VALUE || fromNs - this.toNs <= AFTER_NS);
        }
    }

    /** Somebody who was let down, from when he asked to when he knew. */
    private record Failure(Client client, long fromNs, long toNs, String what) {
    }

    /** @param server the one it happens to; null: to no server */
    Window begins(Fault fault, @Nullable String server) {
        Window window = new Window(fault, System.nanoTime(), server);
        windows.add(window);
        return window;
    }

    /** Somebody was let down. */
    void failed(Client client, long fromNs, String what) {
        failures.add(new Failure(client, fromNs, System.nanoTime(), what));
    }

    /** An established connection ended. */
    void streamEnded(String server, long bornNs, String what) {
        long nowNs = System.nanoTime();
        boolean touched = windows.stream().filter(window -> window.fault.touches(Client.STREAM))
                .filter(window -> window.server == null || window.server.equals(server))
                .anyMatch(window -> window.covers(bornNs, nowNs));
        if (!touched) {
            wrong("an established connection to " + server + " that nothing touched ended: " + what);
        }
    }

    /** This may not be. */
    void wrong(String what) {
        wrong.add("%.1f s: %s".formatted(seconds(System.nanoTime()), what));
    }

    private double seconds(long atNs) {
        return (atNs - beganNs) / 1e9;
    }

    /** Whether another fault that may stand in the way of a command overlaps with this one. */
    boolean isHindered(Window mine) {
        return windows.stream().filter(window -> window != mine && window.fault.hinders())
                .anyMatch(window -> window.covers(mine.fromNs, System.nanoTime()));
    }

    /** What may not have been, in words. */
    List<String> verdict(LogPipe log) {
        List<String> verdict = new ArrayList<>(wrong);
        verdict.addAll(log.unfit());
        for (Client client : Client.values()) {
            List<Failure> unexcused = failures.stream().filter(failure -> failure.client == client)
                    .filter(failure -> excuses(failure).findAny().isEmpty()).toList();
            unexcused.stream().limit(TOLD_OF_EACH).forEach(failure -> verdict.add("%.1f to %.1f s: %s: %s".formatted(
                    seconds(failure.fromNs), seconds(failure.toNs), client, failure.what)));
            if (unexcused.size() > TOLD_OF_EACH) {
                verdict.add(unexcused.size() - TOLD_OF_EACH + " more of " + client);
            }
        }
        failures.stream().filter(failure -> failure.client == Client.TCP || failure.client == Client.UDP)
                .filter(failure -> excuses(failure).noneMatch(window -> window.fault.lane() == Fault.Lane.PROCESS
                        && window.fault != Fault.NO_DESCRIPTORS))
                .filter(failure -> !log.warnsBetween(failure.fromNs - TOLD_WITHIN_NS, failure.toNs + TOLD_WITHIN_NS))
                .findFirst().ifPresent(failure -> verdict.add("%.1f s: silence in the log about: %s: %s".formatted(
                        seconds(failure.toNs), failure.client, failure.what)));
        return verdict;
    }

    private Stream<Window> excuses(Failure failure) {
        return windows.stream().filter(window -> window.fault.touches(failure.client))
                .filter(window -> window.covers(failure.fromNs, failure.toNs));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Window window : windows) {
            text.append("%6.1f s %s%s to %.1f s%n".formatted(seconds(window.fromNs), window.fault,
                    window.server == null ? "" : " " + window.server, seconds(window.toNs)));
        }
        for (Client client : Client.values()) {
            text.append("%s: %d let down%n".formatted(client,
                    failures.stream().filter(failure -> failure.client == client).count()));
        }
        return text.toString();
    }
}
