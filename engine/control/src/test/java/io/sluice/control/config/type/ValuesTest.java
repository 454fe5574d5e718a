package io.sluice.control.config.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.config.model.AddressRange;
import io.sluice.control.config.model.Addresses;
import io.sluice.control.config.model.IntRange;
import io.sluice.control.config.model.Network;
import io.sluice.control.config.model.PortSet;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({"10.0.0.1,10.0.0.1", "::1,::1", "::,::", "FD00:0:0:0::1,fd00::1",
        "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1,2001:0:0:1::1", "1::,1::", "fe80::1:0:0:2,fe80::1:0:0:2"})
    void addresses_are_shown_in_the_shortest_usual_way(String text, String shown) {
        assertThat(Addresses.parse(text).map(Addresses::text)).contains(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4:80", "example.com", "::g",
        "1:2",
        "[::1]", "1.2.3.4/24", "localhost", " 1.2.3.4", "1.2.3.4."})
    void what_is_no_address_is_never_looked_up(String text) {
        assertThat(Addresses.parse(text)).isEmpty();
    }

    @Test
    void a_network_contains_what_shares_its_prefix() {
        var network = new Network(InetAddress.ofLiteral("10.1.128.7"), 17);
        assertThat(network).hasToString("10.1.128.0/17");
        assertThat(network.contains(InetAddress.ofLiteral("10.1.255.255"))).isTrue();
        assertThat(network.contains(InetAddress.ofLiteral("10.1.127.255"))).isFalse();
        assertThat(network.contains(InetAddress.ofLiteral("fd00::1"))).isFalse();
        assertThat(new Network(InetAddress.ofLiteral("0.0.0.0"), 0).contains(network)).isTrue();
        assertThat(network.contains(new Network(InetAddress.ofLiteral("10.1.0.0"), 16))).isFalse();
        assertThat(new Network(InetAddress.ofLiteral("fd00::"), 8).contains(InetAddress.ofLiteral("fdff::1"))).isTrue();
    }

    @Test
    void ports_are_merged_and_intersected() {
        var ports = new PortSet(List.of(new IntRange(443, 443), new IntRange(80, 81), new IntRange(82, 90)));
        assertThat(ports).hasToString("80-90,443");
        assertThat(ports.size()).isEqualTo(12);
        assertThat(ports.contains(443)).isTrue();
        assertThat(ports.contains(91)).isFalse();
        assertThat(ports.intersection(new PortSet(List.of(new IntRange(85, 500))))).hasToString("85-90,443");
        assertThat(ports.stream()).startsWith(80, 81).endsWith(90, 443);
    }

    @Test
    void an_address_range_counts_across_bytes() {
        var range = new AddressRange(InetAddress.ofLiteral("10.0.0.254"), InetAddress.ofLiteral("10.0.1.1"));
        assertThat(range.addresses()).extracting(Addresses::text).containsExactly("10.0.0.254", "10.0.0.255",
                "10.0.1.0", "10.0.1.1");
    }
}
