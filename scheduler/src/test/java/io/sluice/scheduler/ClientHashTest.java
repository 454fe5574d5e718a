package io.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClientHashTest {
    private static final ClientHash NETWORK = new ClientHash(24, 64);

    @Test
    void clients_of_one_network_hash_alike_and_of_two_networks_differently() throws Exception {
        assertThat(hash(NETWORK, "192.168.94.1")).isEqualTo(hash(NETWORK, "192.168.94.254"))
                .isNotEqualTo(hash(NETWORK, "192.168.95.1"));
        assertThat(hash(NETWORK, "2001:db8:0:1::1")).isEqualTo(hash(NETWORK, "2001:db8:0:1:ffff::"))
                .isNotEqualTo(hash(NETWORK, "2001:db8:0:2::1"));
        assertThat(hash(new ClientHash(32, 100), "2001:db8:0:1::1"))
                .isNotEqualTo(hash(new ClientHash(32, 100), "3001:db8:0:1::1"));
        assertThat(hash(new ClientHash(0, 0), "1.2.3.4")).isEqualTo(hash(new ClientHash(0, 0), "200.1.1.1"));
        assertThat(hash(new ClientHash(0, 0), "2001:db8::1")).isEqualTo(hash(new ClientHash(0, 0), "fe80::7"));
        assertThat(hash(new ClientHash(32, 100), "2001:db8::1")).isEqualTo(hash(new ClientHash(32, 100), "2001:db8::2"))
                .isNotEqualTo(hash(new ClientHash(32, 100), "2001:db8::1000:1"));
    }

    @Test
    void whole_addresses_all_hash_differently() {
        Set<Long> hashes = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            hashes.add(ClientHash.OF_ADDRESS.ipv4(0x0A00_0000 + i));
            hashes.add(ClientHash.OF_ADDRESS.ipv6(0x2001_0DB8_0000_0000L, i));
            hashes.add(ClientHash.OF_ADDRESS.ipv6(0x2001_0DB8_0000_0000L + i, 1L << 48));
        }
        assertThat(hashes).hasSize(300_000);
    }

    @Test
    void an_ipv4_mapped_address_is_the_ipv4_address() {
        // ::ffff:10.1.2.3; InetAddress would turn the text itself into an IPv4 address
        assertThat(ClientHash.OF_ADDRESS.ipv6(0, 0xFFFF_0A01_0203L)).isEqualTo(ClientHash.OF_ADDRESS.ipv4(0x0A01_0203));
        assertThat(NETWORK.ipv6(0, 0xFFFF_0A01_0203L)).isEqualTo(NETWORK.ipv4(0x0A01_02FF));
    }

    @Test
    void every_bit_of_an_address_changes_about_half_of_the_hash() {
        SplittableRandom random = new SplittableRandom(41);
        for (int bit = 0; bit < 128; bit++) {
            int changed = 0;
            for (int n = 0; n < 1_000; n++) {
                long upper = random.nextLong();
                long lower = random.nextLong();
                long flipped = bit < 64
                        ? ClientHash.OF_ADDRESS.ipv6(upper ^ 1L << bit, lower)
                        : ClientHash.OF_ADDRESS.ipv6(upper, lower ^ 1L << bit);
                changed += Long.bitCount(ClientHash.OF_ADDRESS.ipv6(upper, lower) ^ flipped);
            }
            assertThat(changed / 1_000.0).isBetween(31.0, 33.0);
        }
    }

    @Test
    void prefixes_and_addresses_out_of_range_are_refused() {
        assertThatThrownBy(() -> new ClientHash(33, 64)).hasMessageContaining("33");
        assertThatThrownBy(() -> new ClientHash(24, 129)).hasMessageContaining("129");
        assertThatThrownBy(() -> new ClientHash(-1, 64)).hasMessageContaining("-1");
    }

    @Test
    void a_server_is_its_address_and_port() throws Exception {
        assertThat(ServerId.of(new Endpoint(Ip.parse("10.0.0.1"), 80))).isEqualTo(ServerId.ipv4(0x0A00_0001, 80))
                .isNotEqualTo(ServerId.ipv4(0x0A00_0001, 81)).isNotEqualTo(ServerId.ipv4(0x0A00_0002, 80));
        assertThat(ServerId.of(new Endpoint(Ip.parse("2001:db8::1"), 80)))
                .isEqualTo(ServerId.ipv6(0x2001_0DB8_0000_0000L, 1, 80));
    }

    @Test
    void hashes_do_not_change_between_versions() {
        // Nodes of different versions, and affinity files on disk, rely on these.
        assertThat(ClientHash.OF_ADDRESS.ipv4(0x0A00_0001)).isEqualTo(2157761136354530932L);
        assertThat(ClientHash.OF_ADDRESS.ipv6(0x2001_0DB8_0000_0000L, 1)).isEqualTo(5785874062669745731L);
        assertThat(ServerId.ipv4(0x0A00_0001, 80)).isEqualTo(-3480648368671954834L);
    }

    private static long hash(ClientHash hash, String address) throws Exception {
        return hash.of(Ip.parse(address));
    }
}
