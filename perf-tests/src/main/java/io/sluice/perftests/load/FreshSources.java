package io.sluice.perftests.load;

import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Datagrams;
import io.sluice.ringbuffers.syscall.DatagramsToSend;
import io.sluice.ringbuffers.syscall.Epoll;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.ReceivedDatagrams;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import java.util.List;

/**
 * New UDP sessions on the loopback, each from an address of 127.64.0.0/10 that was not used before, through one socket:
 * a balancer opens sessions faster than a generator that makes a socket for each. Owned by one driver thread.
 */
final class FreshSources extends Driver {
    private static final int FIRST_ADDRESS = 0x7F40_0000;
    private static final int ADDRESSES = 1 << 22;
    private static final int MOST_SLOTS = 256;
    private static final int RECEIVE_BUFFER_BYTES = 8 << 20;

    private final int fd;
    private final List<Endpoint> targets;
    private final DatagramsToSend requests = new DatagramsToSend(MOST_SLOTS);
    private final ReceivedDatagrams answers;
    private final Memory request;
    private final int slots;
    private final int[] source;
    private final long[] sentNs;
    private boolean started;
    private int busy;
    private long nextSweepNs;

    /** Whether the plan is of the kind that this driver serves. */
    static boolean serves(LoadPlan plan) {
        return plan.mode() == LoadMode.UDP_NEW_SESSION && !plan.openLoop() && plan.thinkNs() == 0 && !plan.verify()
                && plan.request() == null && plan.sources().isEmpty() && plan.threads() == 1
                && plan.connections().at(0) == plan.connections().at(1) && plan.connections().at(0) <= MOST_SLOTS
                && plan.targets().stream().map(target -> Ip.of(target.getAddress()))
                        .allMatch(target -> target.isV4() && target.isLoopback());
    }

    FreshSources(LoadPlan plan, int thread) {
        super(plan, thread);
        targets = plan.targets().stream().map(Endpoint::of).toList();
        slots = (int) plan.connections().at(0);
        source = new int[slots];
        sentNs = new long[slots];
        answers = new ReceivedDatagrams(slots, Math.max(2048, plan.responseBytes()));
        request = new Memory(plan.requestBytes());
        payload.copyTo(request);
        fd = socket();
        for (int slot = 0; slot < slots; slot++) {
            source[slot] = slot;
        }
    }

    private static int socket() {
        int fd = Sockets.socket(SocketAddress.AF_INET, Sockets.SOCK_DGRAM | Sockets.SOCK_NONBLOCK, 0);
        if (fd < 0) {
            throw new IllegalStateException("socket: " + Errno.describe(fd));
        }
        Sockets.setsockopt(fd, Sockets.IPPROTO_IP, Datagrams.IP_PKTINFO, 1);
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        return fd;
    }

    @Override
    boolean prepare(long nowNs) {
        return true;
    }

    @Override
    void start(long nowNs) {
        super.start(nowNs);
        started = true;
        reactor.add(fd, Epoll.EPOLLIN, events -> receive());
        for (int slot = 0; slot < slots; slot++) {
            begin(slot, nowNs);
        }
        requests.flushAll(fd);
    }

    @Override
    long work(long nowNs) {
        if (started && nowNs >= nextSweepNs) {
            nextSweepNs = nowNs + plan.timeoutNs() / 8;
            for (int slot = 0; slot < slots; slot++) {
                if (nowNs - sentNs[slot] > plan.timeoutNs()) {
                    tally.increment(Count.TIMED_OUT);
                    busy--;
                    begin(slot, nowNs);
                }
            }
            requests.flushAll(fd);
        }
        return nextSweepNs;
    }

    private void begin(int slot, long nowNs) {
        source[slot] = (source[slot] + slots) % (ADDRESSES - ADDRESSES % slots);
        sentNs[slot] = nowNs;
        busy++;
        Endpoint target = targets.get(slot % targets.size());
        requests.to(0, target.address().low(), target.port(), 0,
                Ip.v4Low(FIRST_ADDRESS + source[slot]));
        requests.add(request.address(), plan.requestBytes(), 0);
        tally.connected(0);
        tally.add(Count.BYTES_SENT, plan.requestBytes());
    }

    private void receive() {
        int count = answers.receive(fd);
        long nowNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int address = (int) answers.localLow(i) - FIRST_ADDRESS;
            int slot = Math.floorMod(address, slots);
            if (source[slot] == address && answers.lengthBytes(i) == plan.responseBytes()) {
                tally.add(Count.BYTES_RECEIVED, plan.responseBytes());
                tally.operation(nowNs - sentNs[slot], nowNs - sentNs[slot]);
                busy--;
                begin(slot, nowNs);
            }
        }
        requests.flushAll(fd);
    }

    @Override
    int unfinished() {
        return busy;
    }

    @Override
    public void close() {
        super.close(); // and with it the socket
        requests.close();
        answers.close();
        request.close();
    }
}
