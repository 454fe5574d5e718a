package io.sluice.dataplane.udp;

import io.sluice.conntrack.FlowShard;
import io.sluice.conntrack.Protocol;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.EndpointMap;
import io.sluice.dataplane.service.Forwarding.UdpSessions;
import io.sluice.dataplane.service.ServedClient;
import io.sluice.dataplane.worker.TimerWheel;
import io.sluice.ringbuffers.syscall.ReceivedDatagrams;
import org.jspecify.annotations.Nullable;

/**
 * One client's exchange with one virtual service: which server it has and the socket towards it. Its state only;
 * {@link Sessions} opens, moves and ends it. One worker's thread.
 */
final class Session extends ServedClient<UdpSessions, Session> implements EndpointMap.Keyed {
    /** What it takes of the heap until its end, with its places in the tables that find it. */
    static final int HEAP_BYTES = 400;

    final UdpListener listener;
    /** The link of a client with a link-local address, else 0. */
    final int clientScope;
    /** Our address that the client sent to, where the listener has many; replies leave from it. */
    final long localHigh;
    final long localLow;
    final Timeout timeout = new Timeout();
    private final Sessions sessions;

    @Nullable
    SharedSocket socket;
    @Nullable
    ServerPath path;
    /** Neighbours in order of use among those with the same server: see {@link UseOnPath}. */
    @Nullable
    Session olderOnPath;
    @Nullable
    Session newerOnPath;
    long lastNs;
    boolean answered;
    /** The client has sent again after an answer: it is no spoofed source and gives way last. */
    boolean confirmed;
    /** Answers still to come for what its client has sent, where their number is known. */
    long answersLeft;
    long datagramsIn;
    long bytesIn;
    long datagramsOut;
    long bytesOut;
    /** Position of the copy of the last thing its client sent: see {@link SentLately}. */
    long sent = SentLately.NONE;
    /** When it got another server for the last time. */
    long movedNs;
    /** Its place among the clients of the batch being passed on, or -1. */
    int group = -1;
    /** Since the start, of what was published. */
    private long allDatagramsIn;
    private long allBytesIn;
    private long allDatagramsOut;
    private long allBytesOut;
    private final long beganNs;

    /** @param index of the datagram it begins with */
    Session(Sessions sessions, UdpListener listener, ReceivedDatagrams batch, int index) {
        super(listener.entry(), listener.listening(batch, index), batch.senderHigh(index), batch.senderLow(index),
                batch.senderPort(index));
        this.sessions = sessions;
        this.listener = listener;
        clientScope = batch.senderScope(index);
        localHigh = listener.localHigh(batch, index);
        localLow = listener.localLow(batch, index);
        beganNs = sessions.worker.nowNs();
        lastNs = beganNs;
    }

    boolean matches(UdpListener to, int scope, long toHigh, long toLow) {
        return listener == to && localLow == toLow && localHigh == toHigh && clientScope == scope;
    }

    @Override
    public long keyHigh() {
        return clientHigh();
    }

    @Override
    public long keyLow() {
        return clientLow();
    }

    @Override
    public int keyPort() {
        return clientPort();
    }

    /** Ends it after silence; datagrams only note the time. */
    final class Timeout extends TimerWheel.Timer {
        @Override
        protected void onTimeout(long nowNs) {
            long deadline = lastNs + entry().forwarding().timeoutNs();
            if (isRetired()) {
                end(EndReason.ANSWERED);
            } else if (deadline - nowNs > 0) {
                sessions.worker.timers().set(this, deadline);
            } else {
                end(EndReason.SESSION_TIMEOUT);
            }
        }

        @Override
        public void onFault() {
            Session.this.onFault();
        }
    }

    @Override
    protected void end(EndReason reason) {
        sessions.end(this, reason);
    }

    @Override
    public void onFault() {
        end(EndReason.INTERNAL);
    }

    @Override
    protected void publish(long nowMs, int nth) {
        entry().counters().countBytes(server(), bytesIn, bytesOut, 0);
        entry().counters().countDatagrams(datagramsIn, datagramsOut);
        if (flow() != FlowShard.NONE) {
            sessions.flows.packets(flow(), datagramsIn, bytesIn, datagramsOut, bytesOut, nowMs);
        }
        allDatagramsIn += datagramsIn;
        allBytesIn += bytesIn;
        allDatagramsOut += datagramsOut;
        allBytesOut += bytesOut;
        bytesIn = 0;
        bytesOut = 0;
        datagramsIn = 0;
        datagramsOut = 0;
    }

    // ---- as a record ----

    @Override
    public Protocol protocol() {
        return Protocol.UDP;
    }

    @Override
    public long durationNs() {
        return sessions.worker.nowNs() - beganNs;
    }

    @Override
    public long bytesFromClient() {
        return allBytesIn;
    }

    @Override
    public long bytesFromServer() {
        return allBytesOut;
    }

    @Override
    public long datagramsFromClient() {
        return allDatagramsIn;
    }

    @Override
    public long datagramsFromServer() {
        return allDatagramsOut;
    }

    @Override
    public int retries() {
        return attempts().count();
    }
}
