package io.sluice.dataplane.udp;

import io.sluice.dataplane.service.Client;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.UdpSessions;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServiceSeat;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.TimerWheel;
import io.sluice.ringbuffers.syscall.ReceivedDatagrams;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One client's exchange with one virtual service: which server it has and the socket towards it. Its state only;
 * {@link Sessions} opens, moves and ends it. One worker's thread.
 */
final class Session extends TimerWheel.Timer implements Client, SessionRecord {
    /** What it takes of the heap until its end, with its places in the tables that find it. */
    static final int HEAP_BYTES = 320;
    private static final int[] NONE_TRIED = {};

    final UdpListener listener;
    final long clientHigh;
    final long clientLow;
    final int clientPort;
    /** The link of a client with a link-local address, else 0. */
    final int clientScope;
    /** Our address that the client sent to, where the listener has many; replies leave from it. */
    final long localHigh;
    final long localLow;
    private final Sessions sessions;

    /** Its service; another one after the service got another name. */
    ServiceSeat<UdpSessions> seat;
    @Nullable
    RealServer server;
    @Nullable
    SharedSocket socket;
    @Nullable
    ServerPath path;
    long flow;
    long lastNs;
    boolean sourceCounted;
    boolean ended;
    /** The client has sent again after an answer: it is no spoofed source and gives way last. */
    boolean confirmed;
    boolean answered;
    /** Answers still to come before it ends; 0 where it ends by its timeout only. */
    int answersLeft;
    long datagramsIn;
    long bytesIn;
    long datagramsOut;
    long bytesOut;
    boolean toPublish;
    @Nullable
    Session nextToPublish;
    /** Its place among the clients of the batch being passed on, or -1. */
    int group = -1;
    /** Since the start, of what was published. */
    long allDatagramsIn;
    long allBytesIn;
    long allDatagramsOut;
    long allBytesOut;
    /** The server at its end. */
    @Nullable
    RealServer lastServer;
    private final long beganNs;
    private int[] tried = NONE_TRIED;
    /** Neighbours in order of use. */
    @Nullable
    Session older;
    @Nullable
    Session newer;

    /** @param index of the datagram it begins with */
    Session(Sessions sessions, UdpListener listener, ReceivedDatagrams batch, int index) {
        this.sessions = sessions;
        this.listener = listener;
        seat = listener.seat();
        clientHigh = batch.senderHigh(index);
        clientLow = batch.senderLow(index);
        clientPort = batch.senderPort(index);
        clientScope = batch.senderScope(index);
        localHigh = listener.localHigh(batch, index);
        localLow = listener.localLow(batch, index);
        beganNs = sessions.worker.nowNs();
    }

    boolean matches(UdpListener to, long high, long low, int port, int scope, long toHigh, long toLow) {
        return clientPort == port && clientLow == low && clientHigh == high && listener == to && localLow == toLow
                && localHigh == toHigh && clientScope == scope;
    }

    @Override
    public long clientHigh() {
        return clientHigh;
    }

    @Override
    public long clientLow() {
        return clientLow;
    }

    @Override
    public boolean hasTried(int position) {
        for (int one : tried) {
            if (one == position) {
                return true;
            }
        }
        return false;
    }

    void markTried(int position) {
        tried = Arrays.copyOf(tried, tried.length + 1);
        tried[tried.length - 1] = position;
    }

    int triedCount() {
        return tried.length;
    }

    /** The server has answered: whatever failed before is forgotten. */
    void forgetTried() {
        tried = NONE_TRIED;
    }

    // ---- as a record ----

    @Override
    public VirtualService service() {
        return seat.service();
    }

    @Override
    public @Nullable RealServer server() {
        return lastServer;
    }

    @Override
    public int clientPort() {
        return clientPort;
    }

    @Override
    public int servicePort() {
        return listener.port();
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
        return triedCount();
    }

    @Override
    public void onFault() {
        sessions.end(this, EndReason.INTERNAL);
    }

    @Override
    protected void onTimeout(long nowNs) {
        long deadline = lastNs + seat.forwarding().timeoutNs();
        if (deadline - nowNs > 0) {
            sessions.worker.timers().set(this, deadline);
        } else {
            sessions.end(this, EndReason.SESSION_TIMEOUT);
        }
    }
}
