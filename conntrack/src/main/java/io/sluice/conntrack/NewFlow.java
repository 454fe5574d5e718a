package io.sluice.conntrack;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * A flow about to be inserted: a form that its shard keeps and its worker fills in, so that nothing is allocated.
 * Addresses are two longs ({@link Ip}), ports 0..65535.
 */
public final class NewFlow {
    Protocol protocol = Protocol.TCP;
    Mode mode = Mode.PROXY;
    FlowState state = FlowState.ESTABLISHED;
    boolean durable;
    long serviceId;
    long serverId;
    long timeoutMs;
    long clientHi;
    long clientLo;
    long listenHi;
    long listenLo;
    long serverHi;
    long serverLo;
    long sourceHi;
    long sourceLo;
    long ports;

    NewFlow() {
    }

    NewFlow clear() {
        protocol = Protocol.TCP;
        mode = Mode.PROXY;
        state = FlowState.ESTABLISHED;
        durable = false;
        serviceId = 0;
        timeoutMs = 0;
        client(0, 0, 0).listen(0, 0, 0).server(0, 0, 0, 0).source(0, 0, 0);
        return this;
    }

    /** {@link Protocol#TCP} unless said. */
    public NewFlow protocol(Protocol carried) {
        protocol = carried;
        return this;
    }

    /** {@link Mode#PROXY} unless said. */
    public NewFlow mode(Mode howCarried) {
        mode = howCarried;
        return this;
    }

    /** {@link FlowState#ESTABLISHED} unless said. */
    public NewFlow state(FlowState atFirst) {
        state = atFirst;
        return this;
    }

    /** The next process should know its server: a datagram session or packet flow, not a pair of sockets. */
    public NewFlow durable(boolean outlivesTheProcess) {
        durable = outlivesTheProcess;
        return this;
    }

    /** The virtual service. */
    public NewFlow service(long id) {
        serviceId = id;
        return this;
    }

    /** How long it may be idle before its server is forgotten; 0, the default, where that is nobody's business. */
    public NewFlow timeoutMs(long idleMs) {
        timeoutMs = idleMs;
        return this;
    }

    /** The client's end. */
    public NewFlow client(long hi, long lo, int port) {
        clientHi = hi;
        clientLo = lo;
        return port(port, FlowLayout.CLIENT_PORT_SHIFT);
    }

    /** The virtual service's end. */
    public NewFlow listen(long hi, long lo, int port) {
        listenHi = hi;
        listenLo = lo;
        return port(port, FlowLayout.LISTEN_PORT_SHIFT);
    }

    /** The real server and its end. */
    public NewFlow server(long id, long hi, long lo, int port) {
        serverId = id;
        serverHi = hi;
        serverLo = lo;
        return port(port, FlowLayout.SERVER_PORT_SHIFT);
    }

    /** The balancer's own end towards the server. */
    public NewFlow source(long hi, long lo, int port) {
        sourceHi = hi;
        sourceLo = lo;
        return port(port, FlowLayout.SOURCE_PORT_SHIFT);
    }

    /** Fills a slot, except what its shard knows: id, worker, times, checksum, word. */
    void writeTo(MappedRegion region, long slot) {
        region.clear(slot + FlowLayout.BYTES_IN, FlowLayout.ID - FlowLayout.BYTES_IN);
        region.writeByte(slot + FlowLayout.FLOW_STATE, (byte) state.ordinal());
        region.writeLong(slot + FlowLayout.TIMEOUT, timeoutMs);
        region.writeLong(slot + FlowLayout.SERVICE, serviceId);
        region.writeLong(slot + FlowLayout.SERVER, serverId);
        region.writeLong(slot + FlowLayout.CLIENT, clientHi);
        region.writeLong(slot + FlowLayout.CLIENT + 8, clientLo);
        region.writeLong(slot + FlowLayout.LISTEN, listenHi);
        region.writeLong(slot + FlowLayout.LISTEN + 8, listenLo);
        region.writeLong(slot + FlowLayout.SERVER_IP, serverHi);
        region.writeLong(slot + FlowLayout.SERVER_IP + 8, serverLo);
        region.writeLong(slot + FlowLayout.SOURCE, sourceHi);
        region.writeLong(slot + FlowLayout.SOURCE + 8, sourceLo);
        region.writeLong(slot + FlowLayout.PORTS, ports);
        region.writeByte(slot + FlowLayout.PROTOCOL, (byte) protocol.number());
        region.writeByte(slot + FlowLayout.MODE, (byte) mode.ordinal());
    }

    private NewFlow port(int port, int shift) {
        ports = (ports & ~(0xFFFFL << shift)) | ((port & 0xFFFFL) << shift);
        return this;
    }
}
