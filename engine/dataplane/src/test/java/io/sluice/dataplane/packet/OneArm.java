package io.sluice.dataplane.packet;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Threads;
import io.sluice.testbed.Namespaces;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A client, a balancer and two servers, each in a namespace of its own, on one bridge: the balancer has one interface.
 * Clients and servers are in different networks, between which the balancer routes. Any thread.
 *
 * <p>The client is .7 in 198.51.100.0/24 and 2001:db8:c::/64, the servers .11 and .12 in 10.0.1.0/24 and
 * 2001:db8:1::/64, the balancer .1 in all; the services are .80 NAT, .81 SNAT, .82 DR in the client's networks, TCP 80
 * and UDP 53. Servers say their own address first, then echo.
 */
final class OneArm implements AutoCloseable {
    private final Namespaces namespaces = new Namespaces("sw", "client", "lb", "s1", "s2", "far");
    private final List<AutoCloseable> open = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        return thread;
    });

    OneArm() throws Exception {
        ip("sw", "link", "add", "br0", "type", "bridge");
        ip("sw", "link", "set", "br0", "up");
        for (String role : List.of("client", "lb", "s1", "s2")) {
            Namespaces.run("ip", "link", "add", "eth0", "netns", namespaces.name(role), "type", "veth", "peer", "name",
                    role, "netns", namespaces.name("sw"));
            ip("sw", "link", "set", role, "master", "br0", "up");
            ip(role, "link", "set", "eth0", "up");
        }
        addresses("client", "198.51.100.7/24", "2001:db8:c::7/64");
        addresses("lb", "198.51.100.1/24", "2001:db8:c::1/64", "10.0.1.1/24", "2001:db8:1::1/64");
        for (int last = 80; last <= 82; last++) {
            addresses("lb", "198.51.100." + last + "/32", "2001:db8:c::" + last + "/128");
        }
        set("lb", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv4.conf.all.send_redirects=0",
                "net.ipv4.conf.eth0.send_redirects=0");
        for (int i = 1; i <= 2; i++) {
            String role = "s" + i;
            addresses(role, "10.0.1.1" + i + "/24", "2001:db8:1::1" + i + "/64");
            // DR: the service's address is the server's too, which nobody may hear of: neither by an answer nor, when
            // it asks for its client, by a question (arp_announce: or the client learns the server's MAC address)
            set(role, "net.ipv4.conf.all.arp_ignore=1", "net.ipv4.conf.all.arp_announce=2",
                    "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.eth0.rp_filter=0");
            ip(role, "address", "add", "198.51.100.82/32", "dev", "lo");
            ip(role, "address", "add", "2001:db8:c::82/128", "dev", "lo", "nodad");
            ip(role, "route", "add", "default", "via", "10.0.1.1");
            ip(role, "-6", "route", "add", "default", "via", "2001:db8:1::1");
        }
        for (String role : List.of("s1", "s2")) {
            serve(role);
        }
    }

    /** Replies of DR leave from the service's address straight to the client's network. */
    void serversAreOnTheClientsLink() throws Exception {
        for (String role : List.of("s1", "s2")) {
            ip(role, "route", "add", "198.51.100.0/24", "dev", "eth0", "src", "198.51.100.82");
            ip(role, "-6", "route", "add", "2001:db8:c::/64", "dev", "eth0", "src", "2001:db8:c::82");
        }
    }

    /**
     * Puts a host behind the client, which routes: .7 in 203.0.113.0/24 and 2001:db8:f::/64. Packets of more than 1,280
     * bytes do not fit through the client's link to it, although both ends of a connection believe so.
     */
    void hostBehindANarrowLink() throws Exception {
        Namespaces.run("ip", "link", "add", "narrow", "netns", namespaces.name("client"), "type", "veth", "peer",
                "name", "eth0", "netns", namespaces.name("far"));
        ip("client", "address", "add", "203.0.113.1/24", "dev", "narrow");
        ip("client", "address", "add", "2001:db8:f::1/64", "dev", "narrow", "nodad");
        ip("client", "link", "set", "narrow", "up");
        ip("client", "route", "add", "203.0.113.7/32", "dev", "narrow", "mtu", "lock", "1280");
        ip("client", "-6", "route", "add", "2001:db8:f::7/128", "dev", "narrow", "mtu", "1280");
        ip("far", "link", "set", "eth0", "up");
        addresses("far", "203.0.113.7/24", "2001:db8:f::7/64");
        set("client", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        ip("far", "route", "add", "default", "via", "203.0.113.1");
        ip("far", "-6", "route", "add", "default", "via", "2001:db8:f::1");
        ip("lb", "route", "add", "203.0.113.0/24", "via", "198.51.100.7");
        ip("lb", "-6", "route", "add", "2001:db8:f::/64", "via", "2001:db8:c::7");
    }

    private void addresses(String role, String... addresses) throws Exception {
        for (String address : addresses) {
            List<String> words = new ArrayList<>(List.of("address", "add", address, "dev", "eth0"));
            if (address.contains("::")) {
                words.add("nodad");
            }
            ip(role, words.toArray(String[]::new));
        }
    }

    void ip(String role, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of("ip", "-n", namespaces.name(role)));
        all.addAll(List.of(words));
        Namespaces.run(all.toArray(String[]::new));
    }

    private void set(String role, String... settings) throws Exception {
        for (String setting : settings) {
            run(role, "sysctl", "-qw", setting);
        }
    }

    /** What a command prints in one of the namespaces. */
    String run(String role, String... command) throws Exception {
        return Namespaces.output(namespaces.in(role, command));
    }

    int arrival() throws Exception {
        return Integer.parseInt(run("lb", "cat", "/sys/class/net/eth0/ifindex").strip());
    }

    /** Runs something on a new thread that lives in a namespace: its sockets belong there. */
    <T> T in(String role, Callable<T> work) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                Errno.check(Threads.enterNetworkNamespace(namespaces.name(role)), role);
                answer.complete(work.call());
            } catch (Exception | AssertionError e) {
                answer.completeExceptionally(e);
            }
        });
        thread.start();
        thread.join();
        return answer.get();
    }

    private void serve(String role) throws Exception {
        for (int port : List.of(8080, 80)) {
            ServerSocket listener = in(role, () -> {
                ServerSocket socket = new ServerSocket();
                socket.bind(new InetSocketAddress("::", port), 200);
                return socket;
            });
            open.add(listener);
            threads.submit(() -> accept(role, listener));
        }
        for (String address : List.of("10.0.1.1" + role.charAt(1), "2001:db8:1::1" + role.charAt(1), "198.51.100.82",
                "2001:db8:c::82")) {
            DatagramSocket socket = in(role, () -> new DatagramSocket(new InetSocketAddress(address, 53)));
            open.add(socket);
            threads.submit(() -> answer(role, socket));
        }
    }

    private Object accept(String role, ServerSocket listener) throws IOException {
        while (true) {
            Socket socket = listener.accept();
            threads.submit(() -> {
                try (socket) {
                    socket.getOutputStream().write((role + " sees " + socket.getInetAddress().getHostAddress() + "\n")
                            .getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().transferTo(socket.getOutputStream());
                    socket.shutdownOutput();
                }
                return 0;
            });
        }
    }

    private static Object answer(String role, DatagramSocket socket) throws IOException {
        while (true) {
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            socket.receive(packet);
            String asked = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
            byte[] text = (role + " sees " + packet.getAddress().getHostAddress() + " " + asked)
                    .getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(text, text.length, packet.getSocketAddress()));
        }
    }

    static InetAddress service(boolean v4, int last) throws IOException {
        return InetAddress.getByName((v4 ? "198.51.100." : "2001:db8:c::") + last);
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
        threads.shutdownNow();
        namespaces.close();
    }
}
