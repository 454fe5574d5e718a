package io.sluice.perftests.load;

import io.sluice.perftests.Units;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Shows a run while it goes: one line that renews itself on a terminal, one line per interval elsewhere. Reporter
 * thread.
 */
final class Progress implements Consumer<Interval> {
    private static final int BAR = 20;

    private final LoadPlan plan;
    private final PrintStream out;
    private final boolean terminal;

    Progress(LoadPlan plan, PrintStream out, boolean terminal) {
        this.plan = plan;
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void accept(Interval interval) {
        boolean warmUp = interval.fromSeconds < 0;
        double wholeSeconds = (plan.warmUpNs() + plan.durationNs()) / 1e9;
        double atSeconds = plan.warmUpNs() / 1e9 + interval.fromSeconds + interval.seconds;
        StringBuilder line = new StringBuilder(120);
        line.append(String.format(Locale.ROOT, "%s %5.1f s  ", warmUp ? "warm-up " : "measured",
                warmUp ? atSeconds : interval.fromSeconds + interval.seconds));
        if (terminal) {
            int filled = (int) Math.round(Math.min(1, atSeconds / wholeSeconds) * BAR);
            line.append('[').append("#".repeat(filled)).append(".".repeat(BAR - filled)).append("]  ");
        }
        line.append(rate(plan, interval));
        if (interval.latency.getTotalCount() > 0) {
            line.append("  p50 ").append(Units.duration(interval.latency.getValueAtPercentile(50)));
            line.append("  p99 ").append(Units.duration(interval.latency.getValueAtPercentile(99)));
        }
        if (interval.connections > 0) {
            line.append("  ").append(interval.connections).append(" open");
        }
        if (interval.failures() > 0) {
            line.append("  errors ").append(interval.failures());
        }
        if (interval.count(Count.LATE) > 0) {
            line.append("  late ").append(interval.count(Count.LATE));
        }
        out.print(terminal ? "\r" + line + "\033[K" : line + "\n");
        out.flush();
    }

    void end() {
        if (terminal) {
            out.print("\r\033[K");
            out.flush();
        }
    }

    static String rate(LoadPlan plan, Interval interval) {
        return switch (plan.mode()) {
            case BULK -> Units.bytes(interval.bytesPerSecond()) + "/s";
            case IDLE -> Units.count(interval.count(Count.CONNECTED)) + " connected";
            case CONNECT_REQUEST_CLOSE -> Units.count(interval.perSecond(Count.OPERATIONS)) + " connections/s";
            case UDP_SEND -> Units.count(interval.perSecond(Count.OPERATIONS)) + " datagrams/s";
            case REQUEST_RESPONSE, UDP_REQUEST_RESPONSE ->
                Units.count(interval.perSecond(Count.OPERATIONS)) + " requests/s";
            case UDP_NEW_SESSION -> Units.count(interval.perSecond(Count.OPERATIONS)) + " sessions/s";
        };
    }
}
