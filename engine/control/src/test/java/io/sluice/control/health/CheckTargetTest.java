package io.sluice.control.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CheckTargetTest {
    private static Configuration configuration(String text) {
        ConfigurationFile.Result result = ConfigurationFile.parse(text, "/tmp/health-checks.yaml");
        assertThat(result).as(() -> text + result.problems()).isInstanceOf(ConfigurationFile.Valid.class);
        return ((ConfigurationFile.Valid) result).configuration();
    }

    private static List<CheckTarget> targets(String text) {
        return configuration(text).services().stream().flatMap(CheckTargetTest::targets).toList();
    }

    private static java.util.stream.Stream<CheckTarget> targets(ServiceConfiguration service) {
        return service.servers().stream().map(server -> CheckTarget.of(service, server));
    }

    @Test
    void the_examples_of_the_guide_are_valid() throws Exception {
        String guide = Files.readString(Path.of("docs/configure/health-checks.md"));
        List<String> examples = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(guide).results()
                .map(match -> match.group(1)).toList();
        assertThat(examples).hasSize(8).allSatisfy(example -> assertThat(targets(example)).hasSizeBetween(2, 4));
    }

    @Test
    void a_check_goes_to_the_servers_port_or_to_its_own() {
        List<CheckTarget> targets = targets("""
                services:
                  a: { listen: 10.0.0.1:80, servers: { x: 10.0.1.1:8080, y: 10.0.1.2 } }
                  b:
                    listen: 10.0.0.1:81
                    health-check: { type: http, port: 9000 }
                    servers: { x: "[fd00::1]:8080" }
                """);
        assertThat(targets).extracting(CheckTarget::name).containsExactly("a/x", "a/y", "b/x");
        assertThat(targets).extracting(CheckTarget::probeAddress).containsExactly(
                new Endpoint(Ip.parse("10.0.1.1"), 8080), new Endpoint(Ip.parse("10.0.1.2"), 80),
                new Endpoint(Ip.parse("fd00::1"), 9000));
        assertThat(targets.get(0).check()).isInstanceOf(HealthCheck.Connect.class);
    }

    @Test
    void clients_datagrams_go_where_the_check_of_a_udp_service_does_not_ask() {
        List<CheckTarget> targets = targets("""
                services:
                  a: { listen: 10.0.0.1:53, protocol: udp, servers: { x: 10.0.1.1:5353, y: 10.0.1.2 } }
                  b:
                    listen: 10.0.0.1:54
                    protocol: udp
                    health-check: { type: http, port: 9000 }
                    servers: { x: 10.0.1.1:8080 }
                  c:
                    listen: 10.0.0.1:55
                    protocol: udp
                    health-check: { type: udp, send: x, accept-silence: true }
                    servers: { x: 10.0.1.1:5555 }
                  asks-itself:
                    listen: 10.0.0.1:56
                    protocol: udp
                    health-check: { type: udp, send: x }
                    servers: { x: 10.0.1.1:5556 }
                  many-ports: { listen: 10.0.0.1:5000-6000, protocol: udp, servers: { x: 10.0.1.1 } }
                  tcp: { listen: 10.0.0.1:80, servers: { x: 10.0.1.1:8080 } }
                """);
        assertThat(targets).extracting(target -> String.valueOf(target.datagrams())).containsExactly("10.0.1.1:5353",
                "10.0.1.2:53", "10.0.1.1:8080", "10.0.1.1:5555", "null", "null", "null");
    }

    @Test
    void source_and_proxy_header_are_those_of_the_service() throws Exception {
        List<CheckTarget> targets = targets("""
                services:
                  a:
                    listen: 10.0.0.1:80
                    source-address: [fd00::7, 10.0.0.6-10.0.0.9]
                    proxy-protocol: { send: v2 }
                    servers: { x: 10.0.1.1:8080 }
                  b:
                    listen: 10.0.0.1:81
                    proxy-protocol: { send: v2 }
                    health-check: { type: http, port: 9000 }
                    servers: { x: 10.0.1.1:8080 }
                """);
        assertThat(targets.get(0).source()).isEqualTo(Ip.parse("10.0.0.6"));
        assertThat(targets.get(0).proxyHeader()).isEqualTo(ProxyProtocol.Send.V2);
        assertThat(targets.get(1).source()).isNull();
        assertThat(targets.get(1).proxyHeader()).isEqualTo(ProxyProtocol.Send.NONE);
    }
}
