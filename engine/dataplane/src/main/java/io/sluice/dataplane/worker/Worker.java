package io.sluice.dataplane.worker;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.Future;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.PublishedRoutes;
import io.sluice.dataplane.service.Routes;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Threads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One data-plane thread: a Netty event loop and what it drives. Other threads only {@link #execute} commands on it and
 * read {@link #acknowledgedVersion()}; all else belongs to the worker's thread. Whatever it calls may throw: at each
 * entry that is contained by {@link Faults}, and the loop goes on.
 */
public final class Worker {
    /** Resolution of timeouts. */
    public static final int TICK_MS = 100;
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Runnable WAKE_UP = () -> {
    };
    /** A tick this late, with nothing handled since the one before, is a sign that the transport is broken. */
    private static final long BARREN_NS = 900_000_000;
    /** After so many of those it is. */
    private static final int BARREN_TICKS = 5;

    private final int index;
    private final Transport transport;
    private final PublishedRoutes routes;
    private final DutyCycle loop;
    private final List<DataPath> dataPaths = new ArrayList<>();
    private final Faults faults;
    private DescriptorShare descriptors = DescriptorBudget.unlimited();
    private final TimerWheel timers;
    private ArrayDeque<ReadinessListener> deferred = new ArrayDeque<>();
    private ArrayDeque<ReadinessListener> running = new ArrayDeque<>();
    private List<ReadinessListener> untilTick = new ArrayList<>();

    /** Events are being handled; the end of the cycle, which runs what is deferred, follows at once. */
    private boolean inCycle;
    private boolean clockIsStale = true;
    /** The newest Routes could not be taken over: the next tick tries again. */
    private boolean routesFailed;
    private long handledSinceTick;
    private int barrenTicks;
    private long nowNs = System.nanoTime();
    private long longestCycleNs;
    private volatile long acknowledgedVersion;
    private volatile int open;
    private volatile long lastTickNs = System.nanoTime();

    /**
     * Makes a worker whose thread starts with {@link #start}.
     *
     * @param routes where the newest Routes stand; read once per duty cycle
     * @param processor the processor to pin the thread to, or -1
     * @param spinNs how long the loop asks again before it sleeps; 0 sleeps at once
     * @param faults what is done about what it catches
     */
    public Worker(int index, Transport transport, PublishedRoutes routes, int processor, long spinNs, Faults faults) {
        this.index = index;
        this.routes = routes;
        this.transport = transport;
        this.faults = faults;
        timers = new TimerWheel(TICK_MS * 1_000_000L, System.nanoTime(), faults);
        ThreadFactory threads = body -> Thread.ofPlatform().name("worker-" + index).daemon(true).unstarted(() -> {
            if (processor >= 0) {
                int result = Threads.pinToProcessor(processor);
                if (result < 0) {
                    LOG.warn("worker-{}: not pinned to processor {}: {}", index, processor, Errno.describe(result));
                }
            }
            body.run();
        });
        loop = new DutyCycle(threads, transport.newHandlerFactory(), spinNs);
    }

    public int index() {
        return index;
    }

    public Transport transport() {
        return transport;
    }

    /** Whether the caller is the worker's thread, to whom everything belongs that it drives; for assertions. */
    public boolean isOwner() {
        return loop.inEventLoop();
    }

    /** Bounds the descriptors of its clients; before anything is added. */
    public void bound(DescriptorShare share) {
        descriptors = share;
    }

    /** What its clients may have of the process's descriptors. */
    public DescriptorShare descriptors() {
        return descriptors;
    }

    /** Adds a part of the data plane; before {@link #start} only. */
    public void add(DataPath dataPath) {
        dataPaths.add(dataPath);
    }

    /** Starts the thread. */
    public void start() {
        loop.scheduleAtFixedRate(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /** Runs a command on the worker's thread; any thread may call. */
    public void execute(Runnable command) {
        loop.execute(() -> {
            try {
                command.run();
            } catch (Throwable thrown) {
                faults.caught(FaultKind.COMMAND, thrown);
            }
        });
    }

    /** Makes the worker run a duty cycle soon, so that it sees what was published; any thread may call. */
    public void wakeUp() {
        loop.execute(WAKE_UP);
    }

    /** Ends the connections and sessions that match; any thread may call. */
    public void kick(Kick kick) {
        loop.execute(() -> tellAll(FaultKind.KICK, dataPath -> dataPath.onKick(kick)));
    }

    /** Connections and sessions of all data paths, as of the last tick; any thread may call. */
    public int open() {
        return open;
    }

    /** When the worker finished its last tick, in the unit of {@link System#nanoTime()}; any thread may call. */
    public long lastTickNs() {
        return lastTickNs;
    }

    /** The newest version of Routes that every part of this worker has seen; any thread may call. */
    public long acknowledgedVersion() {
        return acknowledgedVersion;
    }

    /** Ends the thread: every data path closes what it has; waits up to the deadline. Any other thread may call. */
    public void stop(long deadlineMs) {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> tellAll(FaultKind.COMMAND, DataPath::onStop));
        }
        loop.shutdownGracefully(0, deadlineMs, TimeUnit.MILLISECONDS).awaitUninterruptibly(deadlineMs);
    }

    /**
     * Watches a descriptor, edge-triggered, for reading, and where it {@code writes} for room too. A TCP socket
     * announces room once at the start, and then only after a send that did not fit (SOCK_NOSPACE, tcp_check_space() in
     * net/ipv4/tcp_input.c): watching for it all the time costs nothing. A datagram socket announces it all the time.
     */
    public Watch watch(int fd, ReadinessListener target, boolean writes) {
        assert isOwner();
        return transport == Transport.EPOLL
                ? new EpollWatch(this, fd, target, writes)
                : new UringWatch(this, fd, target, writes);
    }

    IoRegistration register(IoHandle handle) {
        Future<IoRegistration> registered;
        try {
            registered = loop.register(handle);
        } catch (OutOfMemoryError error) {
            faults.caught(FaultKind.LOOP, error); // Netty's table of descriptors may have lost some
            throw error;
        }
        if (!registered.isSuccess()) {
            throw new IllegalStateException("a descriptor cannot be watched", registered.cause());
        }
        return registered.getNow();
    }

    /** A watched descriptor has become ready. */
    void onReady(ReadinessListener target, int readiness) {
        try {
            target.onReady(readiness);
        } catch (Throwable thrown) {
            faults.contain(FaultKind.READY, thrown, target);
        }
    }

    /**
     * Calls the target with no readiness bits once the ready descriptors are handled: for work cut short so that others
     * get a turn. */
    public void defer(ReadinessListener target) {
        assert isOwner();
        if (deferred.isEmpty() && !inCycle) {
            loop.execute(WAKE_UP); // a pending task keeps the loop from sleeping
        }
        deferred.add(target);
    }

    /** The same at the next tick: for what lacks something now, or has failed. */
    public void deferToTick(ReadinessListener target) {
        assert isOwner();
        if (!untilTick.contains(target)) {
            untilTick.add(target);
        }
    }

    /** What is to be done about a fault that one of its data paths contains by itself. */
    public Faults faults() {
        return faults;
    }

    public TimerWheel timers() {
        assert isOwner();
        return timers;
    }

    /** The worker's clock in the unit of {@link System#nanoTime()}, read once per duty cycle. */
    public long nowNs() {
        if (clockIsStale) {
            clockIsStale = false;
            nowNs = System.nanoTime();
        }
        return nowNs;
    }

    /** The longest duty cycle since the last call, nanoseconds from its first event to its end. */
    public long takeLongestCycleNs() {
        long longest = longestCycleNs;
        longestCycleNs = 0;
        return longest;
    }

    private void tick() {
        look();
        timers.advance(nowNs());
        int now = 0;
        for (int i = 0; i < dataPaths.size(); i++) {
            now += tick(dataPaths.get(i));
        }
        open = now;
        runUntilTick();
        routesFailed = false;
        lastTickNs = System.nanoTime();
    }

    private int tick(DataPath dataPath) {
        try {
            dataPath.onTick();
        } catch (Throwable thrown) {
            faults.caught(FaultKind.TICK, thrown);
        }
        return dataPath.open();
    }

    /**
     * Netty's epoll loop takes a failing epoll_wait(2) for something that passes: it sleeps a second and asks again,
     * for ever. (An io_uring that is gone throws, see {@link DutyCycle#run}.)
     */
    private void look() {
        long sinceNs = System.nanoTime() - lastTickNs;
        if (handledSinceTick > 0) {
            barrenTicks = 0;
        } else if (sinceNs >= BARREN_NS) {
            barrenTicks++;
        } else if (sinceNs >= TICK_MS * 500_000L) { // a shorter one makes up for those missed
            barrenTicks = 0;
        }
        handledSinceTick = 0;
        if (barrenTicks == BARREN_TICKS) {
            faults.caught(FaultKind.LOOP, new IllegalStateException(transport.label() + " does not answer any more"));
        }
    }

    private void runUntilTick() {
        if (untilTick.isEmpty()) {
            return;
        }
        List<ReadinessListener> batch = untilTick;
        untilTick = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            runDeferred(batch.get(i));
        }
    }

    private void endCycle() {
        runDeferred();
        Routes newest = routes.newest();
        if (newest.version() != acknowledgedVersion && !routesFailed) {
            // without an acknowledgement nothing that older Routes speak of is taken away
            routesFailed = !tellAll(FaultKind.ROUTES, dataPath -> dataPath.onRoutes(newest));
            if (!routesFailed) {
                acknowledgedVersion = newest.version();
            }
        }
        if (!clockIsStale) {
            longestCycleNs = Math.max(longestCycleNs, System.nanoTime() - nowNs);
        }
    }

    /** Tells every data path; false where one of them threw. */
    private boolean tellAll(FaultKind kind, Consumer<DataPath> news) {
        boolean taken = true;
        for (DataPath dataPath : dataPaths) {
            try {
                news.accept(dataPath);
            } catch (Throwable thrown) {
                taken = false;
                faults.caught(kind, thrown);
            }
        }
        return taken;
    }

    private void runDeferred() {
        if (deferred.isEmpty()) {
            return;
        }
        ArrayDeque<ReadinessListener> batch = deferred;
        deferred = running;
        running = batch;
        for (ReadinessListener target = batch.poll(); target != null; target = batch.poll()) {
            runDeferred(target);
        }
    }

    private void runDeferred(ReadinessListener target) {
        try {
            target.onReady(0);
        } catch (Throwable thrown) {
            faults.contain(FaultKind.DEFERRED, thrown, target);
        }
    }

    /** The loop itself: Netty's, with the end of every cycle reported to the worker. */
    private final class DutyCycle extends SingleThreadIoEventLoop {
        private final long spinNs;
        private long lastIoNs;

        DutyCycle(ThreadFactory threads, IoHandlerFactory handlers, long spinNs) {
            super(null, threads, handlers);
            this.spinNs = spinNs;
        }

        /** What gets through to here, a failing io_uring_enter(2) for one, ends the loop. */
        @Override
        protected void run() {
            try {
                super.run();
            } catch (Throwable broken) {
                faults.caught(FaultKind.LOOP, broken);
                throw broken;
            }
        }

        @Override
        protected int runIo() {
            clockIsStale = true; // tasks between two cycles read the clock too, before the loop slept
            inCycle = true;
            int handled = super.runIo();
            inCycle = false;
            handledSinceTick += handled;
            endCycle();
            if (spinNs > 0) {
                spin(handled);
            }
            return handled;
        }

        /** A pending task makes Netty poll instead of sleep; so one is kept pending for a while after the last I/O. */
        private void spin(int handled) {
            long now = System.nanoTime();
            if (handled > 0) {
                lastIoNs = now;
            }
            if (now - lastIoNs < spinNs && !hasTasks()) {
                execute(WAKE_UP);
            }
        }
    }
}
