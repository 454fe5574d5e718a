package io.sluice.dataplane.service;

import io.sluice.ringbuffers.counters.CounterRow;
import org.jspecify.annotations.Nullable;

/** What one writer counts of one virtual service and its servers, in rows of its own; that writer's thread. */
public final class ServiceCounters {
    private final int writer;
    private CounterRow gauges;
    private CounterRow counts;
    private CounterRow ends;
    private CounterRow connectTimes;

    ServiceCounters(int writer, ServiceRows rows) {
        this.writer = writer;
        gauges = rows.gauges();
        counts = rows.counts().get(writer);
        ends = rows.ends().get(writer);
        connectTimes = rows.connectTimes().get(writer);
    }

    void update(ServiceRows rows) {
        gauges = rows.gauges();
        counts = rows.counts().get(writer);
        ends = rows.ends().get(writer);
        connectTimes = rows.connectTimes().get(writer);
    }

    /** Counts a client in; answers how many the service has now, on all writers. */
    long entered() {
        long now = gauges.atomicAdd(ServiceColumn.CONNECTIONS, 1);
        counts.increment(ServiceColumn.CONNECTIONS_TOTAL);
        return now;
    }

    /**
     * One more client waits for a place, or one fewer; answers how many do now, on all writers.
     *
     * @param column {@link ServiceColumn#WAITING} or {@link ServiceColumn#PERHAPS_LEFT}
     */
    public long waits(int column, int change) {
        return gauges.atomicAdd(column, change);
    }

    /** Whether anybody waits for a place, on any writer. */
    public boolean anyoneWaits() {
        return gauges.get(ServiceColumn.WAITING) > 0 || gauges.get(ServiceColumn.PERHAPS_LEFT) > 0;
    }

    /** A client that has left is counted again. */
    void returned() {
        gauges.atomicAdd(ServiceColumn.CONNECTIONS, 1);
    }

    /** One client fewer, whether or not that is its end. */
    void left() {
        gauges.atomicAdd(ServiceColumn.CONNECTIONS, -1);
    }

    /** Counts the end of a client that has left. */
    void ended(EndReason reason) {
        ends.increment(reason.ordinal());
        if (reason == EndReason.DENIED) {
            counts.increment(ServiceColumn.DENIED);
        } else if (reason == EndReason.LIMITED) {
            counts.increment(ServiceColumn.LIMITED);
        }
    }

    /** Counts a client that was refused before there was anything of it. */
    public void refused(EndReason reason) {
        entered();
        left();
        ended(reason);
    }

    /** @param column of {@link ServiceColumn} */
    public void count(int column) {
        counts.increment(column);
    }

    /** @param column of {@link ServiceColumn} */
    public void count(int column, long amount) {
        counts.add(column, amount);
    }

    /** @param column of {@link ServerColumn} */
    public void count(RealServer server, int column) {
        server.counters().get(writer).increment(column);
    }

    /** @param column of {@link ServerColumn} */
    public void count(RealServer server, int column, long amount) {
        server.counters().get(writer).add(column, amount);
    }

    public void countBytes(@Nullable RealServer server, long in, long out, long spliced) {
        counts.add(ServiceColumn.BYTES_IN, in);
        counts.add(ServiceColumn.BYTES_OUT, out);
        counts.add(ServiceColumn.BYTES_SPLICED, spliced);
        if (server != null) {
            CounterRow row = server.counters().get(writer);
            row.add(ServerColumn.BYTES_IN, in);
            row.add(ServerColumn.BYTES_OUT, out);
        }
    }

    public void countDatagrams(long in, long out) {
        counts.add(ServiceColumn.DATAGRAMS_IN, in);
        counts.add(ServiceColumn.DATAGRAMS_OUT, out);
    }

    public void countConnectTime(long micros) {
        connectTimes.increment(ConnectTimeBuckets.bucket(micros));
        connectTimes.add(ConnectTimeBuckets.SUM_MICROS, micros);
    }
}
