package io.sluice.control.config.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.yaml.Problem;
import io.sluice.ringbuffers.ip.Ip;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What leads traffic back to the service it left is refused, and nothing else is. */
class LoopsTest {
    private static final String FORWARDS = "  s%d: { listen: \"10.%d.%d.1:80\", servers: { a: \"10.%d.%d.1:80\" } }%n";

    @Test
    void what_comes_back_at_another_port_is_no_loop() {
        assertThat(problems("""
                services:
                  outer: { listen: "10.0.0.1:[80,81]", servers: { a: 10.0.0.2 } }
                  inner: { listen: "10.0.0.2:80", servers: { b: 10.0.0.1:81 } }
                  last: { listen: "10.0.0.2:81", servers: { c: 10.0.1.1:80 } }
                """)).isEmpty();
    }

    @Test
    void the_other_protocol_at_the_same_place_is_no_loop() {
        assertThat(problems("""
                services:
                  tcp: { listen: "10.0.0.1:53", servers: { a: 10.0.0.2:53 } }
                  udp: { listen: "10.0.0.2:53", protocol: udp, servers: { b: 10.0.0.1:53 } }
                """)).isEmpty();
    }

    @Test
    void a_service_in_front_of_another_is_no_loop() {
        assertThat(problems("""
                services:
                  front: { listen: 0.0.0.0:80, servers: { a: 127.0.0.1:8080 } }
                  back: { listen: 127.0.0.1:8080, servers: { b: 10.0.1.1:80 } }
                """)).isEmpty();
    }

    @Test
    void a_server_on_an_address_of_this_host_is_the_wildcard_service_itself() throws SocketException {
        List<Ip> own = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).map(Ip::of)
                .filter(ip -> ip.isV4() && !ip.isLoopback()).toList();
        Assumptions.assumeFalse(own.isEmpty(), "this host has no address but the loopback one");
        assertThat(problems("services: { web: { listen: 0.0.0.0:80, servers: { a: " + own.getFirst() + " } } }"))
                .singleElement().asString().contains("is the virtual service itself");
    }

    @Test
    void a_chain_of_any_length_is_followed_to_its_end() {
        int services = 20_000;
        String chain = IntStream.range(0, services).mapToObj(i -> FORWARDS.formatted(i, i / 250, i % 250, (i + 1) / 250,
                (i + 1) % 250)).collect(Collectors.joining());
        assertThat(problems("services:\n" + chain)).isEmpty();
        String closing = FORWARDS.formatted(services, services / 250, services % 250, 0, 0);
        assertThat(problems("services:\n" + chain + closing)).singleElement().asString().contains("closes a loop");
    }

    private static List<Problem> problems(String yaml) {
        return ConfigurationFile.parse(yaml, "/tmp/sluice.yaml").problems();
    }
}
