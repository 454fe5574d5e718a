package io.sluice.dataplane.packet;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.ringbuffers.bpf.VerifierRefusal;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Sockets;
import io.sluice.scheduler.ClientHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Which packet engine this host can run, found out by trying: the program is given to the kernel's verifier and sees
 * one packet of a service that is nobody's. Nothing is attached, and nothing stays. One thread.
 */
public final class PacketProbe {
    /** Little, but as it will be: maps of all kinds. */
    private static final PacketProgram.Room ROOM = new PacketProgram.Room(1024, 1024);
    private static final int AF_XDP = 44;
    private static final int LOOPBACK = 1;
    /** Addresses for documentation (RFC 5737). */
    private static final Endpoint CLIENT = new Endpoint(Ip.parse("198.51.100.7"), 40_000);
    private static final Endpoint SERVICE = new Endpoint(Ip.parse("192.0.2.1"), 80);
    private static final Endpoint SERVER = new Endpoint(Ip.parse("203.0.113.1"), 8080);

    private final List<String> lines = new ArrayList<>();

    private PacketProbe() {
    }

    /**
     * A line for each trial: its name, a colon, and {@code yes} with remarks, or {@code no} and why.
     *
     * @param homes addresses that packet services have
     * @param servers addresses of their servers
     */
    public static String run(Collection<Ip> homes, Collection<Ip> servers) {
        PacketProbe probe = new PacketProbe();
        for (Hook hook : Hook.values()) {
            probe.load(hook);
        }
        probe.sockets();
        try {
            PacketWays ways = PacketWays.read();
            ways.drivers().forEach(probe::say);
            homes.forEach(home -> probe.say("home of " + home, ways.home(home)));
            for (Ip server : servers) {
                probe.say("way to " + server, ways.to(server));
            }
        } catch (IOException failure) {
            probe.say("netlink", "no: " + failure.getMessage());
        }
        return String.join("\n", probe.lines);
    }

    private void load(Hook hook) {
        long start = System.nanoTime();
        try (PacketProgram program = PacketProgram.load(hook, ROOM)) {
            long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            say(hook.section + " program", translates(program)
                    ? "yes, taken by the verifier in " + ms + " ms, and translates"
                    : "no: taken by the verifier, but it did not translate a packet");
            if (hook == Hook.TC) {
                say("tcx", program.hasTcx() ? "yes" : "no: not in this kernel");
            }
        } catch (VerifierRefusal refusal) {
            say(hook.section + " program", "no: " + Errno.describe(refusal.errno()) + (refusal.reason().isEmpty()
                    ? ""
                    : ": " + refusal.reason()));
        } catch (IOException failure) {
            say(hook.section + " program", "no: " + failure.getMessage());
        }
    }

    /** Whether a client's SYN opens a flow to the server; where it would go is the host's routes' business. */
    private static boolean translates(PacketProgram program) throws IOException {
        PacketService.Timeouts timeouts = new PacketService.Timeouts(TimeUnit.MINUTES.toNanos(1),
                TimeUnit.MINUTES.toNanos(1), TimeUnit.MINUTES.toNanos(1), TimeUnit.MINUTES.toNanos(1));
        program.server(0, SERVER, 0);
        program.source(0, SERVER.address());
        program.table(0, _ -> 0);
        program.enter(SERVICE, Protocol.TCP, new PacketService(0, 0, Mode.NAT, PacketService.Choice.HASH,
                ClientHash.OF_ADDRESS, PacketService.Sources.NONE, true), timeouts);
        program.run(SynFrame.of(CLIENT, SERVICE), LOOPBACK);
        return program.flow(CLIENT, SERVICE, Protocol.TCP).filter(flow -> flow.destination().equals(SERVER)
                && flow.source().equals(CLIENT) && flow.packets() == 1).isPresent();
    }

    private void sockets() {
        int fd = Sockets.socket(AF_XDP, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, 0);
        say("af-xdp socket", fd >= 0 ? "yes" : "no: " + Errno.describe(fd));
        if (fd >= 0) {
            Files.close(fd);
        }
    }

    private void say(String trial, String answer) {
        lines.add(trial + ": " + answer);
    }
}
