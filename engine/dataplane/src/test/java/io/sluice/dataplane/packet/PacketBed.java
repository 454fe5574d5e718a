package io.sluice.dataplane.packet;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Threads;
import io.sluice.scheduler.ClientHash;
import io.sluice.testbed.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A balancer between clients and servers, in a namespace of its own, in which the program runs on packets that never
 * were on a wire; its neighbours are known by heart. The program runs on one thread, which lives there.
 *
 * <p>192.0.2.1/24 and 2001:db8:2::1/64 towards clients, who live behind the router .254, ::fe; 10.0.1.1/24 and
 * 2001:db8:1::1/64 towards servers.
 */
final class PacketBed implements AutoCloseable {
    static final PacketProgram.Room ROOM = new PacketProgram.Room(4096, 4096);
    static final byte[] BALANCER_MAC = mac(1);
    private static final long SECOND = 1_000_000_000L;
    private static final PacketService.Timeouts TIMEOUTS = new PacketService.Timeouts(60 * SECOND, 3600 * SECOND, 120
            * SECOND, 10 * SECOND);
    /** The last byte of the MAC address of each neighbour. */
    private static final Map<String, Integer> NEIGHBOURS = Map.of("router", 0xFE, "s1", 0x11, "s2", 0x12);

    private final Namespaces namespaces = new Namespaces("lb", "net");
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final int clients;
    private final int servers;

    PacketBed() throws Exception {
        List<String> towardsClients = namespaces.link("lb", "192.0.2.1/24", "net", "192.0.2.2/24");
        List<String> towardsServers = namespaces.link("lb", "10.0.1.1/24", "net", "10.0.1.2/24");
        String c = towardsClients.getFirst();
        String s = towardsServers.getFirst();
        ip("address", "add", "2001:db8:2::1/64", "dev", c, "nodad");
        ip("address", "add", "2001:db8:1::1/64", "dev", s, "nodad");
        ip("link", "set", c, "address", text(BALANCER_MAC));
        ip("link", "set", s, "address", text(BALANCER_MAC));
        for (String setting : List.of("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding")) {
            Namespaces.output(namespaces.in("lb", "sysctl", "-qw", setting + "=1"));
        }
        ip("neigh", "add", "192.0.2.254", "lladdr", text(mac(0xFE)), "dev", c);
        ip("neigh", "add", "2001:db8:2::fe", "lladdr", text(mac(0xFE)), "dev", c);
        for (int i = 1; i <= 2; i++) {
            ip("neigh", "add", "10.0.1.1" + i, "lladdr", text(mac(0x10 + i)), "dev", s);
            ip("neigh", "add", "2001:db8:1::1" + i, "lladdr", text(mac(0x10 + i)), "dev", s);
        }
        ip("route", "add", "198.51.100.0/24", "via", "192.0.2.254");
        ip("-6", "route", "add", "2001:db8:c::/48", "via", "2001:db8:2::fe");
        ip("route", "add", "10.9.0.0/16", "via", "10.0.1.12"); // servers behind a router
        on(() -> Threads.pinToProcessor(0)); // whose turn it is, is kept for each processor
        Errno.check(on(() -> Threads.enterNetworkNamespace(namespaces.name("lb"))), "entering a namespace");
        clients = index(c);
        servers = index(s);
    }

    private void ip(String... command) throws Exception {
        List<String> all = new java.util.ArrayList<>(List.of("ip", "-n", namespaces.name("lb")));
        all.addAll(List.of(command));
        Namespaces.run(all.toArray(String[]::new));
    }

    private int index(String link) throws Exception {
        return Integer.parseInt(Namespaces.output(namespaces.in("lb", "cat", "/sys/class/net/" + link + "/ifindex"))
                .strip());
    }

    /** The interface that packets of this side come in by. */
    int arrival(String side) {
        return switch (side) {
            case "clients" -> clients;
            case "servers" -> servers;
            default -> throw new IllegalArgumentException(side);
        };
    }

    static byte[] mac(int last) {
        return new byte[]{2, 0, 0, 0, 0, (byte) last};
    }

    /** The MAC address of a neighbour by its name. */
    static byte[] neighbour(String name) {
        return mac(NEIGHBOURS.getOrDefault(name, 0));
    }

    private static String text(byte[] mac) {
        return java.util.HexFormat.ofDelimiter(":").formatHex(mac);
    }

    /** Runs something on the thread that lives in the namespace. */
    <T> T on(Callable<T> work) throws Exception {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw new AssertionError(failure.getCause());
        }
    }

    /**
     * The program with the services of the golden files: .80 NAT, .81 SNAT, .82 DR, each to the first server, TCP 80
     * (NAT and SNAT to port 8080) and UDP 53; .83 has no server; .84 NAT in turn to both; .85 SNAT with one port; .86
     * to a server of the other family; .87 NAT to a server without a neighbour, .88 to one without a route, .89 to
     * one behind a router; .90 as .80. IPv6 has the same behind ::.
     */
    static PacketProgram program(Hook hook) throws IOException {
        return program(hook, ROOM);
    }

    static PacketProgram program(Hook hook, PacketProgram.Room room) throws IOException {
        PacketProgram program = PacketProgram.load(hook, room);
        for (int family = 0; family < 2; family++) {
            boolean v4 = family == 0;
            int base = 32 * family;
            String host = v4 ? "10.0.1." : "2001:db8:1::";
            String other = v4 ? "2001:db8:1::" : "10.0.1.";
            int[] port = {8080, 53, 0};
            for (int i = 0; i < 3; i++) {
                program.server(base + i, new Endpoint(Ip.parse(host + "11"), port[i]), 0);
                program.server(base + 8 + i, new Endpoint(Ip.parse(host + "12"), port[i]), 0);
            }
            program.server(base + 16, new Endpoint(Ip.parse(other + "11"), 8080), 0);
            program.server(base + 17, new Endpoint(Ip.parse(host + "99"), 8080), 0);
            program.server(base + 18, new Endpoint(Ip.parse(v4 ? "203.0.113.9" : "2001:db8:9::9"), 8080), 0);
            program.server(base + 19, new Endpoint(Ip.parse(v4 ? "10.9.0.9" : "2001:db8:1::12"), 8080), 0);
            program.ours(Ip.parse(host + "11"));
            program.source(family, Ip.parse(host + "1"));
            for (int last : new int[]{0, 1, 2, 16, 17, 18, 19}) {
                program.table(base + last, _ -> base + last);
            }
            program.table(base + 3, _ -> TableStruct.NO_SERVER);
            program.table(base + 4, slot -> slot % 2 == 0 ? base : base + 8);
            PacketService.Sources many = new PacketService.Sources(family, 1, 20_000, 1000);
            service(program, v4, 80, Protocol.TCP, Mode.NAT, base, PacketService.Sources.NONE);
            service(program, v4, 80, Protocol.UDP, Mode.NAT, base + 1, PacketService.Sources.NONE);
            service(program, v4, 81, Protocol.TCP, Mode.SNAT, base, many);
            service(program, v4, 81, Protocol.UDP, Mode.SNAT, base + 1, many);
            service(program, v4, 82, Protocol.TCP, Mode.DR, base + 2, PacketService.Sources.NONE);
            service(program, v4, 82, Protocol.UDP, Mode.DR, base + 2, PacketService.Sources.NONE);
            service(program, v4, 83, Protocol.TCP, Mode.NAT, base + 3, PacketService.Sources.NONE);
            service(program, v4, 84, Protocol.TCP, Mode.NAT, base + 4, PacketService.Sources.NONE);
            service(program, v4, 85, Protocol.TCP, Mode.SNAT, base, new PacketService.Sources(family, 1, 30_000, 1));
            service(program, v4, 90, Protocol.TCP, Mode.NAT, base, PacketService.Sources.NONE);
            for (int i = 0; i < 4; i++) {
                service(program, v4, 86 + i, Protocol.TCP, Mode.NAT, base + 16 + i, PacketService.Sources.NONE);
            }
        }
        return program;
    }

    private static void service(PacketProgram program, boolean v4, int last, Protocol protocol, Mode mode, int table,
            PacketService.Sources sources) throws IOException {
        Ip address = Ip.parse((v4 ? "192.0.2." : "2001:db8:2::") + last);
        int id = (v4 ? 0 : 64) + last % 64;
        program.enter(new Endpoint(address, protocol == Protocol.TCP ? 80 : 53), protocol, new PacketService(id, table,
                mode, last == 84 ? PacketService.Choice.TURN : PacketService.Choice.HASH, ClientHash.OF_ADDRESS,
                sources, v4), TIMEOUTS);
    }

    static List<String> lines(String file) throws IOException {
        return Files.readAllLines(Path.of("dataplane/src/test/resources/io/sluice/dataplane/packet", file));
    }

    @Override
    public void close() throws IOException {
        thread.shutdown();
        namespaces.close();
    }
}
