package io.sluice.conntrack;

import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * Copies of the flows in a mapped flow table; any thread of any process, validated by each slot's word and checksum.
 */
final class FlowSnapshots {
    private final MappedRegion region;
    private final int shards;
    private final int slotsPerShard;
    private final long pid;

    FlowSnapshots(MappedRegion region) {
        this.region = region;
        this.shards = (int) region.geometry().first();
        this.slotsPerShard = (int) region.geometry().second();
        this.pid = region.readLongAcquire(FlowLayout.PID);
    }

    /** Visits a copy of every flow, or only of those that outlive their process. */
    void forEach(boolean durableOnly, Consumer<Flow> visitor) {
        for (int shard = 0; shard < shards; shard++) {
            long header = FlowLayout.shard(shard, slotsPerShard);
            long used = Math.min(slotsPerShard, region.readLongAcquire(header + FlowLayout.USED));
            for (long index = 0; index < used; index++) {
                Flow flow = copy(header + FlowLayout.SHARD_HEADER_BYTES + index * FlowLayout.SLOT_BYTES, durableOnly);
                if (flow != null) {
                    visitor.accept(flow);
                }
            }
        }
    }

    long sum(int shardField) {
        long sum = 0;
        for (int shard = 0; shard < shards; shard++) {
            sum += region.readLongAcquire(FlowLayout.shard(shard, slotsPerShard) + shardField);
        }
        return sum;
    }

    private @Nullable Flow copy(long slot, boolean durableOnly) {
        for (int attempt = 0; attempt < 3; attempt++) {
            long word = region.readLongAcquire(slot);
            if (!FlowLayout.live(word) || (durableOnly && FlowLayout.state(word) != FlowLayout.DURABLE)) {
                return null;
            }
            Flow flow = read(slot);
            boolean intact = region.readInt(slot + FlowLayout.CHECKSUM) == FlowLayout.checksum(region, slot);
            region.loadFence();
            if (region.readLong(slot) == word) {
                return intact ? flow : null;
            }
        }
        return null;
    }

    private Flow read(long slot) {
        long ports = region.readLong(slot + FlowLayout.PORTS);
        return new Flow(region.readLong(slot + FlowLayout.ID), pid, region.readShort(slot + FlowLayout.WORKER),
                Protocol.of(region.readByte(slot + FlowLayout.PROTOCOL) & 0xFF),
                Mode.of(region.readByte(slot + FlowLayout.MODE)),
                FlowState.of(region.readByte(slot + FlowLayout.FLOW_STATE)), region.readLong(slot + FlowLayout.SERVICE),
                region.readLong(slot + FlowLayout.SERVER),
                endpoint(slot + FlowLayout.CLIENT, ports >>> FlowLayout.CLIENT_PORT_SHIFT),
                endpoint(slot + FlowLayout.LISTEN, ports >>> FlowLayout.LISTEN_PORT_SHIFT),
                endpoint(slot + FlowLayout.SERVER_IP, ports >>> FlowLayout.SERVER_PORT_SHIFT),
                endpoint(slot + FlowLayout.SOURCE, ports >>> FlowLayout.SOURCE_PORT_SHIFT),
                region.readLong(slot + FlowLayout.CREATED),
                region.readLong(slot + FlowLayout.LAST_SEEN), region.readLong(slot + FlowLayout.TIMEOUT),
                region.readLong(slot + FlowLayout.BYTES_IN), region.readLong(slot + FlowLayout.BYTES_OUT),
                region.readLong(slot + FlowLayout.PACKETS_IN), region.readLong(slot + FlowLayout.PACKETS_OUT),
                region.readInt(slot + FlowLayout.RTT), RelayKind.of(region.readByte(slot + FlowLayout.RELAY_IN)),
                RelayKind.of(region.readByte(slot + FlowLayout.RELAY_OUT)),
                region.readByte(slot + FlowLayout.END_REASON) & 0xFF);
    }

    private Endpoint endpoint(long address, long port) {
        return new Endpoint(new Ip(region.readLong(address), region.readLong(address + 8)), (int) port & 0xFFFF);
    }
}
