package io.sluice.dataplane.packet;

import io.sluice.conntrack.Protocol;
import io.sluice.ringbuffers.bpf.BpfLink;
import io.sluice.ringbuffers.bpf.BpfMap;
import io.sluice.ringbuffers.bpf.BpfObject;
import io.sluice.ringbuffers.bpf.BpfProgram;
import io.sluice.ringbuffers.bpf.LoadedObject;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * The program, loaded for one hook, and its maps in the words of load balancing; one thread. It is attached to nothing.
 */
final class PacketProgram implements AutoCloseable {
    private static final int INGRESS_INTERFACE_TC = 36;
    private static final int INGRESS_INTERFACE_XDP = 12;
    private static final int DATA_END_XDP = 4;

    private final Hook hook;
    private final LoadedObject loaded;

    private PacketProgram(Hook hook, LoadedObject loaded) {
        this.hook = hook;
        this.loaded = loaded;
    }

    /**
     * Room in the maps, entries.
     *
     * @param flows directions of flows, two for each flow but in DR
     * @param opening the same of flows whose server has not answered
     */
    record Room(int flows, int opening) {
    }

    /** What the program did with a packet. */
    record Result(Hook.Outcome outcome, byte[] packet) {
    }

    /**
     * @throws io.sluice.ringbuffers.bpf.VerifierRefusal if the kernel does not take it
     * @throws IOException if a map cannot be made
     */
    static PacketProgram load(Hook hook, Room room) throws IOException {
        return load(hook, room, Map.of());
    }

    /** Loads it anew on the same maps: flows go on where they are. */
    PacketProgram successor() throws IOException {
        return load(hook, new Room(0, 0), loaded.maps());
    }

    /** Runs in the place of another one from the next packet on. */
    void replaceAt(BpfLink link) throws IOException {
        link.replace(loaded.program());
    }

    private static PacketProgram load(Hook hook, Room room, Map<String, BpfMap> shared) throws IOException {
        BpfObject object = hook.object();
        ByteBuffer constants = object.constants();
        int layout = SettingsStruct.layout(constants, object.constant("settings"));
        if (layout != SettingsStruct.LAYOUT) {
            throw new IOException("the packet program " + hook.section + ".o has layout " + layout
                    + ", this build of Sluice has " + SettingsStruct.LAYOUT);
        }
        return new PacketProgram(hook, object.load(hook.section, hook.type, Map.of("flows", room.flows, "opening",
                room.opening), constants, shared));
    }

    void enter(Endpoint listen, Protocol protocol, PacketService service, PacketService.Timeouts timeouts)
            throws IOException {
        loaded.map("timeouts").update(loaded.map("timeouts").key(service.id()), TimeoutsStruct.of(timeouts),
                BpfMap.BPF_ANY);
        ours(listen.address());
        loaded.map("services").update(ServiceKeyStruct.of(listen, protocol), ServiceStruct.of(service), BpfMap.BPF_ANY);
    }

    /** @param way index of the interface towards it, for a host that does not forward; 0: not known */
    void server(int index, Endpoint address, int way) throws IOException {
        BpfMap servers = loaded.map("servers");
        servers.update(servers.key(index), ServerStruct.of(address, way), BpfMap.BPF_ANY);
    }

    /** An address that SNAT sends from. */
    void source(int index, Ip address) throws IOException {
        BpfMap sources = loaded.map("sources");
        ByteBuffer value = sources.value();
        CStruct.putAddress(value, 0, address);
        sources.update(sources.key(index), value, BpfMap.BPF_ANY);
        ours(address);
    }

    /** Fragments from and to this address are of services, and go nowhere without their first one. */
    void ours(Ip address) throws IOException {
        BpfMap addresses = loaded.map("addresses");
        ByteBuffer key = addresses.key();
        CStruct.putAddress(key, 0, address);
        addresses.update(key, addresses.value(), BpfMap.BPF_ANY);
    }

    /** Replaces a table as a whole. */
    void table(int number, IntUnaryOperator serverOfSlot) throws IOException {
        BpfMap tables = loaded.map("tables");
        try (BpfMap table = BpfMap.create(tables.definition().innerDefinition())) {
            table.update(table.key(0), TableStruct.of(serverOfSlot), BpfMap.BPF_ANY);
            tables.update(tables.key(number), table);
        }
    }

    /** How many packets have ended so, on all processors. */
    long count(PacketVerdict verdict) throws IOException {
        return loaded.map("verdicts").sum(verdict.ordinal());
    }

    /** What packets with these addresses are turned into; empty where there is no flow of theirs. */
    Optional<FlowStruct.Entry> flow(Endpoint source, Endpoint destination, Protocol protocol) throws IOException {
        ByteBuffer key = FlowKeyStruct.of(source, destination, protocol);
        Optional<ByteBuffer> found = loaded.map("flows").find(key);
        return (found.isPresent() ? found : loaded.map("opening").find(key)).map(FlowStruct::read);
    }

    /**
     * Runs it on a frame that never was on a wire, in the network namespace of this thread.
     *
     * @param arrival index of the interface that it came in by
     */
    Result run(byte[] frame, int arrival) throws IOException {
        ByteBuffer context = ByteBuffer.allocate(hook.contextBytes).order(ByteOrder.nativeOrder());
        if (hook == Hook.TC) {
            context.putInt(INGRESS_INTERFACE_TC, arrival).putInt(INGRESS_INTERFACE_TC + 4, arrival);
        } else {
            context.putInt(DATA_END_XDP, frame.length).putInt(INGRESS_INTERFACE_XDP, arrival);
        }
        BpfProgram.Run run = loaded.program().testRun(frame, context.array(), 1);
        return new Result(hook.outcome(run.action()), run.packet());
    }

    /**
     * Attaches it to an interface of this thread's network namespace, until the link is closed.
     *
     * @throws IOException also where driver or kernel has no such place
     */
    BpfLink attach(int interfaceIndex, BpfLink.Place place) throws IOException {
        return BpfLink.attach(loaded.program(), interfaceIndex, place);
    }

    /** Whether this kernel could attach it by tcx. */
    boolean hasTcx() {
        return BpfLink.hasTcx(loaded.program());
    }

    @Override
    public void close() {
        loaded.close();
    }
}
