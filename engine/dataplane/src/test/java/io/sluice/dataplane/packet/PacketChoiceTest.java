package io.sluice.dataplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.scheduler.ClientHash;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program chooses as Java does, and what it has chosen stands against a flood; without an interface. */
@Tag("peer")
class PacketChoiceTest {
    private static final int LOOPBACK = 1;
    private static final byte[] LOOPBACK_MAC = new byte[6];
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final PacketService.Timeouts TIMEOUTS = new PacketService.Timeouts(HOUR, HOUR, HOUR, HOUR);
    private static final Endpoint SERVICE = new Endpoint(Ip.parse("192.0.2.80"), 80);
    private static final Endpoint SERVICE_6 = new Endpoint(Ip.parse("2001:db8::80"), 80);
    private static final Endpoint SERVER = new Endpoint(Ip.parse("203.0.113.9"), 8080);

    @ParameterizedTest
    @CsvSource({"TC, 32, 128", "TC, 24, 64", "XDP, 32, 128", "XDP, 16, 48"})
    void the_hash_of_a_client_is_that_of_java(Hook hook, int ipv4Prefix, int ipv6Prefix) throws Exception {
        ClientHash hash = new ClientHash(ipv4Prefix, ipv6Prefix);
        Random random = new Random(11);
        try (PacketProgram program = PacketProgram.load(hook, PacketBed.ROOM)) {
            for (int i = 0; i < 4096; i++) {
                program.server(i, SERVER, 0);
                program.server(4096 + i, new Endpoint(Ip.parse("2001:db8:9::9"), 8080), 0);
            }
            serve(program, SERVICE, 0, hash);
            serve(program, SERVICE_6, 1, hash);
            program.table(0, slot -> slot % 4096);
            program.table(1, slot -> 4096 + slot % 4096);
            for (int i = 0; i < 500; i++) {
                Ip client = Ip.v4(random.nextInt() >>> 1 | 0x01000000);
                assertThat(chosen(program, new Endpoint(client, 40_000), SERVICE)).as(client.toString())
                        .isEqualTo(slot(hash, client) % 4096);
                Ip client6 = new Ip(0x2001_0DB8_0000_0000L | random.nextInt() >>> 1, random.nextLong());
                assertThat(chosen(program, new Endpoint(client6, 40_000), SERVICE_6)).as(client6.toString())
                        .isEqualTo(4096 + slot(hash, client6) % 4096);
            }
        }
    }

    private static int slot(ClientHash hash, Ip client) {
        return (int) (((hash.of(client) >>> 32) * TableStruct.SLOTS) >>> 32);
    }

    private static void serve(PacketProgram program, Endpoint service, int id, ClientHash hash) throws IOException {
        program.enter(service, Protocol.TCP, new PacketService(id, id, Mode.NAT, PacketService.Choice.HASH, hash,
                PacketService.Sources.NONE, service.address().isV4()), TIMEOUTS);
    }

    private static int chosen(PacketProgram program, Endpoint client, Endpoint service) throws IOException {
        program.run(new PacketText(client + " > " + service + " tcp S").frame(LOOPBACK_MAC, LOOPBACK_MAC), LOOPBACK);
        return program.flow(client, service, Protocol.TCP).orElseThrow().server();
    }

    /** Forged SYNs push out each other, and no connection that was answered. */
    @Test
    void established_flows_outlive_a_flood_of_syns() throws Exception {
        int clients = 2_000;
        int forged = Boolean.getBoolean("sluice.long") ? 1_000_000 : 50_000;
        Random random = new Random(13);
        try (PacketProgram program = PacketProgram.load(Hook.TC, new PacketProgram.Room(8_192, 4_096))) {
            program.server(0, SERVER, 0);
            program.table(0, _ -> 0);
            serve(program, SERVICE, 0, ClientHash.OF_ADDRESS);
            for (int i = 0; i < clients; i++) {
                establish(program, client(i));
            }
            for (int i = 0; i < forged; i++) {
                Endpoint nobody = new Endpoint(Ip.v4(random.nextInt() >>> 1 | 0x20000000), 1 + random.nextInt(65_535));
                program.run(SynFrame.of(nobody, SERVICE), LOOPBACK);
            }
            for (int i = 0; i < clients; i++) {
                assertThat(program.flow(client(i), SERVICE, Protocol.TCP)).as("flow " + i).isPresent();
                assertThat(program.flow(SERVER, client(i), Protocol.TCP)).as("its replies").isPresent();
            }
        }
    }

    private static Endpoint client(int number) {
        return new Endpoint(Ip.v4(0x0A000000 + number), 40_000);
    }

    private static void establish(PacketProgram program, Endpoint client) throws IOException {
        program.run(SynFrame.of(client, SERVICE), LOOPBACK);
        program.run(new PacketText(SERVER + " > " + client + " tcp SA").frame(LOOPBACK_MAC, LOOPBACK_MAC), LOOPBACK);
        program.run(new PacketText(client + " > " + SERVICE + " tcp A").frame(LOOPBACK_MAC, LOOPBACK_MAC), LOOPBACK);
        assertThat(program.flow(client, SERVICE, Protocol.TCP).orElseThrow().state())
                .isEqualTo(FlowStruct.State.ESTABLISHED);
    }
}
