package io.sluice.perftests.load;

import io.sluice.perftests.net.Payload;
import io.sluice.perftests.net.Reactor;
import io.sluice.ringbuffers.syscall.Memory;

/** One thread's share of the load. Everything but the tally belongs to that thread. */
abstract class Driver implements AutoCloseable {
    static final int MSG_TRUNC = 0x20;
    static final int SCRATCH_BYTES = 1 << 18;

    final LoadPlan plan;
    final Tally tally = new Tally();
    final Reactor reactor = new Reactor();
    final Endpoints endpoints;
    final Memory scratch = new Memory(SCRATCH_BYTES);
    final Payload payload = new Payload();
    final int thread;
    private long startNs = Long.MAX_VALUE;

    Driver(LoadPlan plan, int thread) {
        this.plan = plan;
        this.thread = thread;
        endpoints = new Endpoints(plan.targets(), plan.sources(), plan.mode().datagram, thread * 7919);
    }

    static Driver of(LoadPlan plan, int thread) {
        return switch (plan.mode()) {
            case BULK -> new Bulk(plan, thread);
            case REQUEST_RESPONSE, UDP_REQUEST_RESPONSE, IDLE -> new LastingConnections(plan, thread);
            case UDP_NEW_SESSION -> FreshSources.serves(plan)
                    ? new FreshSources(plan, thread)
                    : new ShortConnections(plan, thread);
            case CONNECT_REQUEST_CLOSE -> new ShortConnections(plan, thread);
            case UDP_SEND -> new DatagramStream(plan, thread);
        };
    }

    /** Brings up what must stand before the run starts, a little each call; true when it all does. */
    abstract boolean prepare(long nowNs);

    /** The run starts: traffic may flow from now on. */
    void start(long nowNs) {
        startNs = nowNs;
    }

    /** Does what is due; returns when something is due next. */
    abstract long work(long nowNs);

    /** Operations begun or due, and not finished. */
    abstract int unfinished();

    /** Those of them that no connection has taken yet. */
    int waiting() {
        return 0;
    }

    /** This thread's part of the connections wanted now. */
    final int connectionsWanted(long nowNs) {
        double share = startNs == Long.MAX_VALUE ? 0 : (double) (nowNs - startNs - plan.warmUpNs()) / plan.durationNs();
        int all = (int) Math.round(plan.connections().at(share));
        return all / plan.threads() + (thread < all % plan.threads() ? 1 : 0);
    }

    final Arrivals arrivals(long nowNs) {
        RateProfile rate = plan.ratePerSecond();
        if (rate == null) {
            throw new IllegalStateException("a closed loop has no arrivals");
        }
        double share = 1.0 / plan.threads();
        return new Arrivals(rate, share, thread * share, plan.spacing(), plan.seed() + thread, nowNs, plan.warmUpNs(),
                plan.durationNs());
    }

    @Override
    public void close() {
        reactor.close();
        scratch.close();
        payload.close();
    }
}
