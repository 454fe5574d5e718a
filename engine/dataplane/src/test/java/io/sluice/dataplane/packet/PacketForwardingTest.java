package io.sluice.dataplane.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.ringbuffers.bpf.BpfLink;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.scheduler.ClientHash;
import io.sluice.testbed.Namespaces;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program attached to an interface, between real hosts: TCP in bulk, with offloads and without, and UDP. */
@Tag("peer")
class PacketForwardingTest {
    private static final int BULK_BYTES = 4 << 20;

    @SuppressWarnings("NullAway.Init")
    private OneArm network;

    @BeforeEach
    void start() throws Exception {
        network = new OneArm();
    }

    @AfterEach
    void stop() throws IOException {
        network.close();
    }

    @ParameterizedTest
    @CsvSource({"NAT, true, on", "NAT, false, on", "SNAT, true, on", "SNAT, false, on", "DR, true, on", "DR, false, on",
        "NAT, true, off", "SNAT, false, off"})
    void tcp_and_udp_pass_at_tcx(Mode mode, boolean v4, String offloads) throws Exception {
        offloads(offloads);
        passes(mode, v4, BpfLink.Place.TCX_INGRESS);
    }

    @ParameterizedTest
    @CsvSource({"NAT, true", "SNAT, false", "DR, true"})
    void tcp_and_udp_pass_at_generic_xdp_where_senders_make_whole_checksums(Mode mode, boolean v4) throws Exception {
        offloads("off");
        passes(mode, v4, BpfLink.Place.XDP_GENERIC);
    }

    @ParameterizedTest
    @CsvSource({"NAT, true", "NAT, false", "SNAT, true", "SNAT, false"})
    void servers_learn_of_a_narrow_link_towards_their_client(Mode mode, boolean v4) throws Exception {
        network.hostBehindANarrowLink();
        int arrival = network.arrival();
        try (PacketProgram program = PacketProgram.load(Hook.TC, PacketBed.ROOM);
                AutoCloseable link = network.in("lb", () -> program.attach(arrival, BpfLink.Place.TCX_INGRESS))) {
            assertThat(link).isNotNull();
            configure(program, mode, v4);
            assertThat(network.in("far", () -> bulk(OneArm.service(v4, last(mode))))).startsWith("s1 sees");
            assertThat(program.count(PacketVerdict.ERROR_PASSED)).isPositive();
        }
    }

    @Test
    void a_connection_goes_on_while_the_program_is_replaced() throws Exception {
        int arrival = network.arrival();
        PacketProgram program = PacketProgram.load(Hook.TC, PacketBed.ROOM);
        try (BpfLink link = network.in("lb", () -> program.attach(arrival, BpfLink.Place.TCX_INGRESS))) {
            configure(program, Mode.NAT, true);
            CompletableFuture<String> transfer = CompletableFuture.supplyAsync(() -> {
                try {
                    return network.in("client", () -> bulk(OneArm.service(true, 80)));
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }, work -> new Thread(work).start());
            PacketProgram running = program;
            int replaced = 0;
            do {
                PacketProgram successor = running.successor();
                successor.replaceAt(link);
                running.close();
                running = successor;
                replaced++;
            } while (!transfer.isDone() || replaced < 3);
            assertThat(transfer.get()).isEqualTo("s1 sees 198.51.100.7");
            assertThat(running.count(PacketVerdict.OPENED)).isEqualTo(1);
            assertThat(running.count(PacketVerdict.NO_FLOW)).isZero();
            running.close();
        }
    }

    @Test
    void a_pinned_link_outlives_its_owner_until_its_name_is_deleted(@TempDir Path folder)
            throws Exception {
        int arrival = network.arrival();
        Namespaces.run("mount", "-t", "bpf", "bpf", folder.toString());
        try {
            try (PacketProgram program = PacketProgram.load(Hook.TC, PacketBed.ROOM);
                    BpfLink link = network.in("lb", () -> program.attach(arrival, BpfLink.Place.TCX_INGRESS))) {
                configure(program, Mode.NAT, true);
                link.pin(folder.resolve("link"));
            }
            assertThat(network.in("client", () -> bulk(OneArm.service(true, 80)))).isEqualTo("s1 sees 198.51.100.7");
            try (PacketProgram other = PacketProgram.load(Hook.TC, PacketBed.ROOM);
                    BpfLink link = BpfLink.pinned(folder.resolve("link"))) {
                configure(other, Mode.NAT, true);
                other.replaceAt(link);
                assertThat(network.in("client", () -> datagram(OneArm.service(true, 80)))).isEqualTo(
                        "s1 sees 198.51.100.7 hello");
                assertThat(other.count(PacketVerdict.REPLIED)).isEqualTo(1);
                Files.delete(folder.resolve("link"));
            }
            assertThatThrownBy(() -> network.in("client", () -> bulk(OneArm.service(true, 80))))
                    .hasRootCauseInstanceOf(ConnectException.class);
        } finally {
            Namespaces.run("umount", folder.toString());
        }
    }

    private void offloads(String value) throws Exception {
        if (value.equals("off")) {
            for (String role : new String[]{"client", "s1", "s2"}) {
                network.run(role, "ethtool", "-K", "eth0", "tx", "off", "tso", "off", "gso", "off");
            }
        }
    }

    private void passes(Mode mode, boolean v4, BpfLink.Place place) throws Exception {
        if (mode == Mode.DR) {
            network.serversAreOnTheClientsLink();
        }
        int arrival = network.arrival();
        Hook hook = place == BpfLink.Place.TCX_INGRESS ? Hook.TC : Hook.XDP;
        try (PacketProgram program = PacketProgram.load(hook, PacketBed.ROOM);
                AutoCloseable link = network.in("lb", () -> program.attach(arrival, place))) {
            assertThat(link).isNotNull();
            configure(program, mode, v4);
            InetAddress service = OneArm.service(v4, last(mode));
            network.run("lb", "ping", "-c1", "-W5", v4 ? "10.0.1.11" : "2001:db8:1::11"); // XDP asks for no neighbour
            network.run("client", "ping", "-c1", "-W5", v4 ? "198.51.100.1" : "2001:db8:c::1");
            String client = service.getAddress().length == 4 ? "198.51.100.7" : "2001:db8:c:0:0:0:0:7";
            String balancer = v4 ? "10.0.1.1" : "2001:db8:1:0:0:0:0:1";
            String seen = "s1 sees " + (mode == Mode.SNAT ? balancer : client);
            assertThat(network.in("client", () -> bulk(service))).isEqualTo(seen);
            assertThat(network.in("client", () -> datagram(service))).isEqualTo(seen + " hello");
            assertThat(program.count(PacketVerdict.OPENED)).isEqualTo(2);
            assertThat(program.count(PacketVerdict.FORWARDED)).isGreaterThan(10);
            assertThat(program.count(PacketVerdict.REPLIED) > 10).isEqualTo(mode != Mode.DR);
        }
    }

    private static int last(Mode mode) {
        return mode == Mode.NAT ? 80 : mode == Mode.SNAT ? 81 : 82;
    }

    private static void configure(PacketProgram program, Mode mode, boolean v4) throws IOException {
        long minute = TimeUnit.MINUTES.toNanos(1);
        PacketService.Timeouts timeouts = new PacketService.Timeouts(minute, minute, minute, minute);
        Ip server = Ip.parse(v4 ? "10.0.1.11" : "2001:db8:1::11");
        program.server(0, new Endpoint(server, mode == Mode.DR ? 0 : 8080), 0);
        program.server(1, new Endpoint(server, mode == Mode.DR ? 0 : 53), 0);
        program.source(0, Ip.parse(v4 ? "10.0.1.1" : "2001:db8:1::1"));
        program.ours(server);
        for (int i = 0; i < 2; i++) {
            int index = i;
            program.table(i, _ -> index);
            PacketService.Sources sources = mode == Mode.SNAT
                    ? new PacketService.Sources(0, 1, 20_000, 1000)
                    : PacketService.Sources.NONE;
            program.enter(new Endpoint(Ip.of(OneArm.service(v4, last(mode))), i == 0 ? 80 : 53), i == 0
                    ? Protocol.TCP
                    : Protocol.UDP,
                    new PacketService(i, i, mode, PacketService.Choice.HASH, ClientHash.OF_ADDRESS,
                            sources, v4),
                    timeouts);
        }
    }

    /** Sends some MiB, reads them back whole, and answers what the server saw. */
    private static String bulk(InetAddress service) throws Exception {
        byte[] data = new byte[BULK_BYTES];
        new Random(7).nextBytes(data);
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(30_000);
            socket.connect(new InetSocketAddress(service, 80), 10_000);
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    socket.getOutputStream().write(data);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }, work -> new Thread(work).start());
            InputStream in = socket.getInputStream();
            StringBuilder greeting = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                greeting.append((char) c);
            }
            byte[] echoed = in.readAllBytes();
            sent.get();
            assertThat(Arrays.equals(echoed, data)).as("what came back").isTrue();
            return greeting.toString();
        }
    }

    private static String datagram(InetAddress service) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(10_000);
            socket.connect(service, 53);
            byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(hello, hello.length));
            DatagramPacket answer = new DatagramPacket(new byte[2048], 2048);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
        }
    }
}
