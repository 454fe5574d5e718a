package io.sluice.ringbuffers.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What netlink says of a network namespace that {@code ip} has made; root. */
@Tag("peer")
class NetlinkTest {
    private final String namespace = "slnl" + ProcessHandle.current().pid() % 100_000;

    @BeforeEach
    void start() throws Exception {
        ip("netns", "add", namespace);
        inside("link", "set", "lo", "up");
        inside("link", "add", "one", "mtu", "1400", "address", "02:00:00:00:00:01", "type", "veth", "peer", "name",
                "two");
        inside("link", "set", "one", "up");
        inside("link", "set", "two", "up");
        inside("address", "add", "192.0.2.1/24", "dev", "one");
        inside("address", "add", "2001:db8::1/64", "dev", "one", "nodad");
    }

    @AfterEach
    void stop() throws Exception {
        ip("netns", "del", namespace);
    }

    @Test
    void links_are_named() throws Exception {
        List<Link> links = in(Link::all);
        assertThat(links).anySatisfy(link -> {
            assertThat(link.name()).isEqualTo("lo");
            assertThat(link.loopback()).isTrue();
        }).anySatisfy(link -> {
            assertThat(link.name()).isEqualTo("one");
            assertThat(link.mac()).isEqualTo("02:00:00:00:00:01");
            assertThat(link.mtu()).isEqualTo(1400);
            assertThat(link.up()).isTrue();
        });
        inside("link", "set", "two", "down");
        assertThat(in(Link::all)).filteredOn(link -> link.name().equals("two")).allMatch(link -> !link.up());
    }

    @Test
    void addresses_stand_with_their_network_and_interface() throws Exception {
        int one = index("one");
        assertThat(in(LinkAddress::all)).contains(new LinkAddress(one, Ip.parse("192.0.2.1"), 24), new LinkAddress(one,
                Ip.parse("2001:db8::1"), 64), new LinkAddress(1, Ip.parse("127.0.0.1"), 8));
    }

    @Test
    void neighbours_are_known_or_not() throws Exception {
        inside("neigh", "add", "192.0.2.9", "lladdr", "02:00:00:00:00:09", "dev", "one");
        inside("neigh", "add", "2001:db8::9", "lladdr", "02:00:00:00:00:0a", "dev", "one");
        inside("neigh", "add", "192.0.2.8", "nud", "none", "dev", "one");
        List<Neighbour> all = in(Neighbour::all);
        assertThat(all).filteredOn(Neighbour::isKnown).extracting(Neighbour::address, Neighbour::mac).contains(
                org.assertj.core.groups.Tuple.tuple(Ip.parse("192.0.2.9"), "02:00:00:00:00:09"),
                org.assertj.core.groups.Tuple.tuple(Ip.parse("2001:db8::9"), "02:00:00:00:00:0a"));
        assertThat(all).filteredOn(one -> one.address().equals(Ip.parse("192.0.2.8"))).noneMatch(Neighbour::isKnown);
    }

    @Test
    void a_route_says_interface_next_hop_and_source() throws Exception {
        inside("route", "add", "198.51.100.0/24", "via", "192.0.2.254");
        inside("-6", "route", "add", "2001:db8:9::/48", "via", "2001:db8::fe");
        inside("route", "add", "unreachable", "203.0.113.0/24");
        inside("route", "add", "blackhole", "203.0.112.0/24");
        int one = index("one");
        assertThat(route("192.0.2.7")).hasValue(new Route(false, one, Ip.parse("192.0.2.7"), java.util.Optional.of(Ip
                .parse("192.0.2.1"))));
        assertThat(route("198.51.100.7").orElseThrow().nextHop()).isEqualTo(Ip.parse("192.0.2.254"));
        assertThat(route("2001:db8:9::7").orElseThrow().nextHop()).isEqualTo(Ip.parse("2001:db8::fe"));
        assertThat(route("192.0.2.1").orElseThrow().local()).isTrue();
        assertThat(route("203.0.113.1")).isEmpty();
        assertThat(route("203.0.112.1")).isEmpty();
        assertThat(route("10.9.9.9")).isEmpty();
        assertThat(route("2001:db9::1")).isEmpty();
    }

    @Test
    void drivers_say_what_they_can_do_at_xdp() throws Exception {
        int one = index("one");
        XdpFeatures veth = Objects.requireNonNull(in(_ -> XdpFeatures.all()).get(one));
        assertThat(veth.isNative()).isTrue();
        assertThat(veth.redirects()).isTrue();
        assertThat(veth.isZeroCopy()).isFalse();
    }

    private java.util.Optional<Route> route(String address) throws Exception {
        return in(socket -> Route.to(socket, Ip.parse(address)));
    }

    private int index(String name) throws Exception {
        return in(Link::all).stream().filter(link -> link.name().equals(name)).findFirst().orElseThrow().index();
    }

    private interface Question<T> {
        T ask(NetlinkSocket socket) throws IOException;
    }

    private <T> T in(Question<T> question) throws Exception {
        Callable<T> work = () -> {
            Errno.check(Threads.enterNetworkNamespace(namespace), namespace);
            try (NetlinkSocket socket = NetlinkSocket.route()) {
                return question.ask(socket);
            }
        };
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                answer.complete(work.call());
            } catch (Exception | AssertionError e) {
                answer.completeExceptionally(e);
            }
        });
        thread.start();
        thread.join();
        return answer.get();
    }

    private void inside(String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of("-n", namespace));
        all.addAll(List.of(words));
        ip(all.toArray(String[]::new));
    }

    private static void ip(String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of("ip"));
        all.addAll(List.of(words));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(all + ": " + said).isZero();
    }
}
