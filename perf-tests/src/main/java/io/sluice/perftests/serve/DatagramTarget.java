package io.sluice.perftests.serve;

import io.sluice.perftests.net.DatagramBatch;
import io.sluice.perftests.net.Handler;
import io.sluice.perftests.net.SocketFailure;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.Sockets;
import java.util.Arrays;

/**
 * A UDP target: returns datagrams to whom they came from; or counts what reaches its socket, looks into one of
 * {@value #SAMPLED} and has the kernel drop the others, so that counting takes no time from the generator beside it.
 * Owned by its server loop.
 */
final class DatagramTarget implements Handler, AutoCloseable {
    private static final int BATCH = 64;
    private static final int BATCHES_AT_ONCE = 4;
    private static final int NUMBERED_BYTES = 12;
    private static final int SAMPLED = 64;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_MEMINFO = 55;
    private static final int SK_MEMINFO_DROPS = 8;

    private final int fd;
    private final boolean echoes;
    private final ServerStatistics statistics;
    private final DatagramBatch batch = new DatagramBatch(BATCH, 65_536, true);
    private final Memory memoryInfo = new Memory(64);
    private int drops;
    private long[] lastSequence = new long[1024];

    DatagramTarget(int fd, Target.Kind kind, ServerStatistics statistics) {
        this.fd = fd;
        this.statistics = statistics;
        echoes = kind == Target.Kind.UDP_ECHO;
        Arrays.fill(lastSequence, -1);
        if (!echoes) {
            sample();
        }
    }

    /** struct sock_fprog of classic BPF (linux/filter.h): {@code if (random() % 64) drop}. */
    private void sample() {
        try (Memory program = new Memory(64)) {
            program.longAt(0, 4);
            program.longAt(8, program.address() + 16);
            instruction(program, 0, 0x20, 0, 0, 0xFFFFF000 + 56); // ld [SKF_AD_OFF + SKF_AD_RANDOM]
            instruction(program, 1, 0x45, 1, 0, SAMPLED - 1); // jset
            instruction(program, 2, 0x06, 0, 0, 0xFFFF); // ret all of it
            instruction(program, 3, 0x06, 0, 0, 0); // ret nothing
            int result = Sockets.setsockopt(fd, Sockets.SOL_SOCKET, SO_ATTACH_FILTER, program.address(), 16);
            if (result < 0) {
                throw new SocketFailure("SO_ATTACH_FILTER", result);
            }
        }
    }

    private static void instruction(Memory program, int index, int code, int whenTrue, int whenFalse, int k) {
        long at = 16 + index * 8L;
        program.shortAt(at, (short) code);
        program.byteAt(at + 2, (byte) whenTrue);
        program.byteAt(at + 3, (byte) whenFalse);
        program.intAt(at + 4, k);
    }

    /** What the kernel has dropped at this socket since the last call: it arrived all the same. */
    private int newDrops() {
        Sockets.getsockopt(fd, Sockets.SOL_SOCKET, SO_MEMINFO, memoryInfo.address(), 36);
        int before = drops;
        drops = memoryInfo.intAt(SK_MEMINFO_DROPS * 4L);
        return drops - before;
    }

    @Override
    public void ready(int events) {
        for (int round = 0; round < BATCHES_AT_ONCE; round++) {
            int received = batch.receive(fd);
            if (received <= 0) {
                return;
            }
            long bytes = 0;
            for (int i = 0; i < received; i++) {
                int length = batch.length(i);
                bytes += length;
                if (echoes) {
                    batch.length(i, length);
                } else if (length >= NUMBERED_BYTES) {
                    follow(batch.data(), batch.offset(i));
                }
            }
            int unseen = echoes ? 0 : newDrops();
            ServerStatistics.add(statistics.datagrams, received + unseen);
            ServerStatistics.add(statistics.bytesReceived, bytes + bytes / received * unseen);
            if (echoes) {
                int sent = batch.send(fd, received);
                ServerStatistics.add(statistics.requests, Math.max(sent, 0));
            }
            if (received < BATCH) {
                return;
            }
        }
    }

    @Override
    public void close() {
        batch.close();
        memoryInfo.close();
    }

    private void follow(Memory data, long offset) {
        int socket = data.intAt(offset + 8) & 0xFFFFF;
        if (socket >= lastSequence.length) {
            int old = lastSequence.length;
            lastSequence = Arrays.copyOf(lastSequence, Integer.highestOneBit(socket) * 2);
            Arrays.fill(lastSequence, old, lastSequence.length, -1);
        }
        long sequence = data.longAt(offset);
        if (sequence < lastSequence[socket]) {
            ServerStatistics.add(statistics.reordered, 1);
        }
        lastSequence[socket] = sequence;
    }
}
