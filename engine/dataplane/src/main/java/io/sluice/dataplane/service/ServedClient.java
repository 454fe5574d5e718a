package io.sluice.dataplane.service;

import io.sluice.conntrack.FlowShard;
import io.sluice.ringbuffers.ip.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * One client of a virtual service, from when it is known to its end, as far as connections and sessions are alike;
 * {@link Clients} changes it. Its worker's thread.
 *
 * @param <F> its data plane's kind of service
 * @param <C> itself
 */
public abstract class ServedClient<F extends Forwarding, C extends ServedClient<F, C>>
        implements
            Client,
            ClientRecord,
            FaultScope {
    /** Whose it is; a session's is another one after its service got another name. */
    ServiceEntry<F> entry;
    /** The one it has or connects to; after the end the one it had. */
    @Nullable
    RealServer server;
    /** Where it stands in the flow table. */
    long flow = FlowShard.NONE;
    boolean countedAtSource;
    /** It counts at its server and its service no more, though it lives: see {@link Clients#leavePlace}. */
    boolean leftPlace;
    boolean ended;
    /** Counted out of its service already. */
    boolean retired;
    /** Neighbours in order of use, and how far it has proved itself: see {@link Clients#promote}. */
    @Nullable
    C older;
    @Nullable
    C newer;
    int rank;
    /** Whether the next tick publishes what it has moved, and who comes after it then. */
    boolean toPublish;
    @Nullable
    C nextToPublish;
    /** Its place among those whose affinity entries live with them: see {@link AffinityUse}; null: it has none. */
    AffinityUse.@Nullable Line<C> inUse;
    @Nullable
    C refreshedBefore;
    @Nullable
    C refreshedAfter;
    long refreshedNs;
    private final Endpoint listening;
    private final Attempts attempts = new Attempts();
    private long clientHigh;
    private long clientLow;
    private int clientPort;

    protected ServedClient(ServiceEntry<F> entry, Endpoint listening, long clientHigh, long clientLow, int clientPort) {
        this.entry = entry;
        this.listening = listening;
        this.clientHigh = clientHigh;
        this.clientLow = clientLow;
        this.clientPort = clientPort;
    }

    /** It is another one than its address says: a PROXY header names it. */
    public final void isFrom(long high, long low, int port) {
        clientHigh = high;
        clientLow = low;
        clientPort = port;
    }

    // ---- what its data plane does ----

    /** Ends it at once, because something outside wants so. */
    protected abstract void end(EndReason reason);

    /**
     * Brings counters and flow table up to date.
     *
     * @param nth of those that are published together: for what is worth its while for some only
     */
    protected abstract void publish(long nowMs, int nth);

    // ---- what is known of it ----

    public final ServiceEntry<F> entry() {
        return entry;
    }

    @Override
    public final VirtualService service() {
        return entry.service();
    }

    @Override
    public final @Nullable RealServer server() {
        return server;
    }

    /** Where it came to. */
    public final Endpoint listening() {
        return listening;
    }

    @Override
    public final int servicePort() {
        return listening.port();
    }

    public final Attempts attempts() {
        return attempts;
    }

    /** Its handle in the flow table. */
    public final long flow() {
        return flow;
    }

    /** See {@link Clients#retire}. */
    public final boolean isRetired() {
        return retired;
    }

    public final boolean hasEnded() {
        return ended;
    }

    @Override
    public final boolean hasTried(int position) {
        return attempts.tried(position);
    }

    @Override
    public final long clientHigh() {
        return clientHigh;
    }

    @Override
    public final long clientLow() {
        return clientLow;
    }

    @Override
    public final int clientPort() {
        return clientPort;
    }
}
