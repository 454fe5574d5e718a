package io.sluice.perftests.serve;

import io.sluice.perftests.net.DatagramBatch;
import io.sluice.perftests.net.Handler;
import io.sluice.ringbuffers.syscall.Memory;
import java.util.Arrays;

/** A UDP target: returns datagrams to whom they came from, or counts them and what is missing between them. Owned by its server loop. */
final class DatagramTarget implements Handler {
    private static final int BATCH = 64;
    private static final int BATCHES_AT_ONCE = 4;
    private static final int NUMBERED_BYTES = 12;

    private final int fd;
    private final boolean echoes;
    private final ServerStatistics statistics;
    private final DatagramBatch batch = new DatagramBatch(BATCH, 65_536, true);
    private long[] lastSequence = new long[1024];

    DatagramTarget(int fd, Target.Kind kind, ServerStatistics statistics) {
        this.fd = fd;
        this.statistics = statistics;
        echoes = kind == Target.Kind.UDP_ECHO;
        Arrays.fill(lastSequence, -1);
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
            ServerStatistics.add(statistics.datagrams, received);
            ServerStatistics.add(statistics.bytesReceived, bytes);
            if (echoes) {
                int sent = batch.send(fd, received);
                ServerStatistics.add(statistics.requests, Math.max(sent, 0));
            }
            if (received < BATCH) {
                return;
            }
        }
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
