package io.sluice.ringbuffers.ip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefixTest {
    private final RandomIps ips = new RandomIps(5952);

    @Test
    void a_network_contains_what_shares_its_first_bits() {
        for (int i = 0; i < 200_000; i++) {
            Prefix prefix = ips.prefix();
            Ip ip = ips.near(prefix);
            assertThat(prefix.contains(ip)).as("%s in %s", ip, prefix).isEqualTo(sharesBits(prefix, ip));
            assertThat(PrefixSet.of(prefix).contains(ip.high(), ip.low())).isEqualTo(prefix.contains(ip));
            assertThat(Prefix.parse(prefix.toString())).isEqualTo(prefix);
        }
    }

    private static boolean sharesBits(Prefix prefix, Ip ip) {
        int shift = prefix.address().bits() - prefix.bits();
        return ip.bits() == prefix.address().bits() && new BigInteger(1, ip.toBytes()).shiftRight(shift)
                .equals(new BigInteger(1, prefix.address().toBytes()).shiftRight(shift));
    }

    @Test
    void a_set_contains_what_one_of_its_networks_contains() {
        for (int i = 0; i < 5_000; i++) {
            List<Prefix> prefixes = new ArrayList<>();
            for (int n = ips.random.nextInt(12); n > 0; n--) {
                Prefix prefix = ips.prefix();
                prefixes.add(prefix);
                if (ips.random.nextBoolean()) { // its other half, its begin, or the one behind it
                    Ip near = ips.near(prefix);
                    prefixes.add(new Prefix(near, Math.min(near.bits(), prefix.bits() + ips.random.nextInt(2))));
                }
            }
            PrefixSet set = PrefixSet.of(prefixes);
            assertThat(set.isEmpty()).isEqualTo(prefixes.isEmpty());
            for (int n = 0; n < 40; n++) {
                Ip ip = prefixes.isEmpty() ? ips.next() : ips.near(prefixes.get(ips.random.nextInt(prefixes.size())));
                assertThat(set.contains(ip.high(), ip.low())).as("%s in %s", ip, prefixes)
                        .isEqualTo(prefixes.stream().anyMatch(prefix -> prefix.contains(ip)));
            }
        }
    }

    @Test
    void networks_that_touch_are_one() {
        assertThat(PrefixSet.of(Prefix.parse("10.0.1.0/24"), Prefix.parse("10.0.0.0/24"), Prefix.parse("10.0.0.7")))
                .isEqualTo(PrefixSet.of(Prefix.parse("10.0.0.0/23"))).hasToString("10.0.0.0-10.0.1.255");
        assertThat(PrefixSet.of(Prefix.parse("::/1"), Prefix.parse("8000::/1"))).isEqualTo(PrefixSet.of(everyV6()));
        assertThat(PrefixSet.of(Prefix.parse("10.0.0.0/24"), Prefix.parse("10.0.2.0/24")))
                .isNotEqualTo(PrefixSet.of(Prefix.parse("10.0.0.0/22")));
        assertThat(PrefixSet.of()).isEqualTo(PrefixSet.NONE);
    }

    @Test
    void no_network_of_ipv6_holds_an_address_of_ipv4() {
        Ip v4 = Ip.parse("10.0.0.1");
        for (int bits = 0; bits <= 95; bits++) {
            var prefix = new Prefix(Ip.ANY_V6, bits);
            assertThat(prefix.contains(v4)).isFalse();
            assertThat(PrefixSet.of(prefix).contains(v4.high(), v4.low())).isFalse();
        }
        assertThat(Prefix.parse("0.0.0.0/0").contains(Ip.ANY_V6)).isFalse();
    }

    private static Prefix everyV6() {
        return new Prefix(Ip.ANY_V6, 0);
    }

    @Test
    void a_network_is_within_a_wider_one() {
        assertThat(Prefix.parse("0.0.0.0/0").contains(Prefix.parse("10.1.128.0/17"))).isTrue();
        assertThat(Prefix.parse("10.1.128.0/17").contains(Prefix.parse("10.1.0.0/16"))).isFalse();
        assertThat(new Prefix(Ip.parse("10.1.128.7"), 17)).hasToString("10.1.128.0/17");
        assertThatThrownBy(() -> new Prefix(Ip.parse("10.0.0.0"), 33)).hasMessage("prefix /33 is outside 0..32");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {"10.0.0.0/8|10.0.0.0/8",
        "10.0.0.0/255.255.0.0|10.0.0.0/16",
        "10.0.0.0/0.0.0.0|'10.0.0.0/0.0.0.0' has bits beyond its mask", "0.0.0.0/0.0.0.0|0.0.0.0/0",
        "fd00::/8|fd00::/8",
        "10.0.0.1|10.0.0.1/32", "::1|::1/128", "10.0.0.1/8|'10.0.0.1/8' has bits beyond its mask",
        "10.0.0.0/33|mask '33' in '10.0.0.0/33' does not exist", "10.0.0.0/|mask '' in '10.0.0.0/' does not exist",
        "fd00::/129|mask '129' in 'fd00::/129' does not exist",
        "fd00::/255.0.0.0|mask '255.0.0.0' in 'fd00::/255.0.0.0' does not exist",
        "10.0.0.0/255.0.255.0|mask '255.0.255.0' is not contiguous",
        "10.0.0.0/255.0.0.256|'10.0.0.0/255.0.0.256' is not an IP address: a part is above 255",
        "net/8|'net/8' is a name; names are not resolved"})
    void a_network_is_read_or_says_why_not(String text, String result) {
        String read;
        try {
            read = Prefix.parse(text).toString();
        } catch (NotAnAddress e) {
            read = e.getMessage();
        }
        assertThat(read).isEqualTo(result);
    }

    @Test
    void a_reason_suggests_what_was_probably_meant() {
        assertThatThrownBy(() -> Prefix.parse("10.0.0.1/8")).extracting(e -> ((NotAnAddress) e).suggestion())
                .isEqualTo("10.0.0.0/8");
        assertThatThrownBy(() -> Prefix.parse("10.0.0.0/255.0.255.0"))
                .extracting(e -> ((NotAnAddress) e).suggestion()).isEqualTo("10.0.0.0/8");
    }

    @Test
    void a_range_counts_across_bytes_and_stops_at_its_end() {
        var range = new IpRange(Ip.parse("10.0.0.254"), Ip.parse("10.0.1.1"));
        assertThat(range).hasToString("10.0.0.254-10.0.1.1");
        assertThat(range.size()).isEqualTo(4);
        assertThat(range.addresses()).extracting(Ip::toString).containsExactly("10.0.0.254", "10.0.0.255", "10.0.1.0",
                "10.0.1.1");
        assertThat(range.overlaps(new IpRange(Ip.parse("10.0.1.1"), Ip.parse("10.0.1.1")))).isTrue();
        assertThat(range.overlaps(new IpRange(Ip.parse("10.0.1.2"), Ip.parse("10.0.1.3")))).isFalse();
        assertThat(new IpRange(Ip.parse("::"), Ip.parse("ffff::")).size()).isEqualTo(Long.MAX_VALUE);
        assertThat(new IpRange(Ip.parse("fd00::ffff:ffff:ffff:ffff"), Ip.parse("fd00:0:0:1::")).size()).isEqualTo(2);
        assertThatThrownBy(() -> new IpRange(Ip.parse("10.0.0.2"), Ip.parse("10.0.0.1")))
                .hasMessage("the range runs backwards");
        assertThatThrownBy(() -> new IpRange(Ip.parse("10.0.0.2"), Ip.parse("fd00::")))
                .hasMessage("a range holds addresses of one family");
    }

    @Test
    void the_data_path_asks_without_an_object() {
        List<Prefix> prefixes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            prefixes.add(ips.prefix());
        }
        PrefixSet set = PrefixSet.of(prefixes);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int hits = ask(set, 100_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        hits += ask(set, 1_000_000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(hits).isPositive();
        assertThat(allocated).as("bytes allocated by a million questions").isLessThan(10_000);
    }

    private static int ask(PrefixSet set, int times) {
        int hits = 0;
        for (int i = 0; i < times; i++) {
            hits += set.contains(0, Ip.v4Low(i * 4_001)) ? 1 : 0;
            hits += set.contains((long) i << 40, i) ? 1 : 0;
            long low = Prefix.networkLow(0, Ip.v4Low(i), 24, 64);
            hits += set.contains(Prefix.networkHigh(0, low, 24, 64), low) ? 1 : 0;
        }
        return hits;
    }
}
