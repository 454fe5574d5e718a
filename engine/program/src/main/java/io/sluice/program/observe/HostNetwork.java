package io.sluice.program.observe;

import io.sluice.control.config.file.FileReason;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.Prefix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the network of this host can do, asked of the kernel without sending anything and without privilege: addresses
 * by binding, routes by connecting a socket for datagrams, what is delivered here by {@code ip route get}. Any thread.
 */
final class HostNetwork {
    private static final int DISCARD_PORT = 9;
    private static final int PATIENCE_SECONDS = 5;

    /** Something that needs a socket. */
    private interface Trial {
        void with(DatagramChannel socket) throws IOException;
    }

    /** Why it cannot be done; empty: it can, or there is no socket to try it with. */
    private static Optional<String> failure(Trial trial) {
        try (DatagramChannel socket = DatagramChannel.open()) {
            try {
                trial.with(socket);
            } catch (IOException refused) {
                return Optional.of(FileReason.of(refused));
            } catch (UnsupportedAddressTypeException noIpv6) {
                return Optional.of("IPv6 is off");
            }
        } catch (IOException noSocket) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** Whether a socket may have this address. */
    boolean has(Ip address) {
        return failure(socket -> socket.bind(new InetSocketAddress(address.toInetAddress(), 0)))
                // another reason is another's to tell
                .filter(why -> why.contains("annot assign requested address") || why.startsWith("IPv6")).isEmpty();
    }

    /**
     * Why nothing can be sent there; empty: something can.
     *
     * @param from null: the kernel's choice
     */
    Optional<String> noRoute(Ip to, @Nullable Ip from) {
        return failure(socket -> {
            if (from != null) {
                socket.bind(new InetSocketAddress(from.toInetAddress(), 0));
            }
            socket.connect(new InetSocketAddress(to.toInetAddress(), DISCARD_PORT));
        });
    }

    /** {@code 10.0.0.5/24 dev eth0}: where an address would be at home, else the first interface that leads out. */
    String home(Ip address) {
        String leadsOut = null;
        for (NetworkInterface face : interfaces()) {
            for (InterfaceAddress own : face.getInterfaceAddresses()) {
                int length = own.getNetworkPrefixLength();
                Ip ip = Ip.of(own.getAddress());
                if (ip.sameFamily(address) && new Prefix(ip, length).contains(address)) {
                    return address + "/" + length + " dev " + face.getName();
                }
            }
            leadsOut = leadsOut == null ? face.getName() : leadsOut;
        }
        return address + (address.isV4() ? "/32" : "/128") + " dev " + (leadsOut == null ? "lo" : leadsOut);
    }

    /** Those that carry traffic first: one that has just come up takes the kernel a moment to call running. */
    private static List<NetworkInterface> interfaces() {
        List<NetworkInterface> running = new ArrayList<>();
        List<NetworkInterface> others = new ArrayList<>();
        try {
            for (NetworkInterface face : NetworkInterface.networkInterfaces().toList()) {
                if (!face.isLoopback()) {
                    (face.isUp() ? running : others).add(face);
                }
            }
        } catch (SocketException gone) {
            // what was found by then has to do
        }
        running.addAll(others);
        return running;
    }

    /** The interface that a server is behind; empty: not known. */
    Optional<String> interfaceTowards(Ip server) {
        return word(route(server, "get", server.toString()).output(), "dev");
    }

    /** Whether the kernel takes a packet from a server to somebody else's address as its own. */
    Delivery delivers(Ip server, Ip client, String behind) {
        List<String> marks = new ArrayList<>(List.of(""));
        // rules by mark belong to whoever marks packets of transparent sockets
        ip(server, "-o", "rule", "show").output().lines().map(line -> word(line, "fwmark"))
                .flatMap(Optional::stream).map(mark -> mark.split("/", 2)[0]).forEach(marks::add);
        Said said = Said.NOTHING;
        for (String mark : marks) {
            List<String> words = new ArrayList<>(List.of("get", client.toString(), "from", server.toString(), "iif",
                    behind));
            if (!mark.isEmpty()) {
                words.addAll(List.of("mark", mark));
            }
            said = route(server, words.toArray(String[]::new));
            if (said.output().startsWith("local ")) {
                return Delivery.HERE;
            }
        }
        return said.known() ? Delivery.ELSEWHERE : Delivery.UNKNOWN;
    }

    /** Where the kernel takes a packet. */
    enum Delivery {
        HERE, ELSEWHERE,
        /** There is no {@code ip} to ask. */
        UNKNOWN
    }

    /** A table that a rule sends packets from that interface to; empty: there is no such rule. */
    Optional<String> tableFrom(String behind, Ip server) {
        return ip(server, "-o", "rule", "show").output().lines()
                .filter(line -> word(line, "iif").filter(behind::equals).isPresent())
                .map(line -> word(line, "lookup")).flatMap(Optional::stream).findFirst();
    }

    /** Whether that table takes every packet as the host's own. */
    boolean isLocal(String table, Ip family) {
        return route(family, "show", "table", table).output().lines()
                .anyMatch(line -> line.startsWith("local default dev "));
    }

    private static Optional<String> word(String line, String before) {
        String[] words = line.strip().split("\\s+");
        for (int i = 0; i + 1 < words.length; i++) {
            if (words[i].equals(before)) {
                return Optional.of(words[i + 1]);
            }
        }
        return Optional.empty();
    }

    /**
     * What a program printed.
     *
     * @param known false: it could not be run
     */
    private record Said(boolean known, String output) {
        static final Said NOTHING = new Said(false, "");
    }

    private static Said route(Ip family, String... words) {
        List<String> all = new ArrayList<>(List.of("-o", "route"));
        all.addAll(List.of(words));
        return ip(family, all.toArray(String[]::new));
    }

    private static Said ip(Ip family, String... words) {
        List<String> command = new ArrayList<>(List.of("ip", family.isV4() ? "-4" : "-6"));
        command.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            try (var lines = new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                String output = String.join("\n", lines.readAllLines());
                return new Said(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), output);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException missing) {
            return Said.NOTHING;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Said.NOTHING;
        }
    }
}
