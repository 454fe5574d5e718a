package io.sluice.ringbuffers.ip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpTest {
    private static final Pattern STRICT_V4 = Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})(?:\\.(?!$)|$)){4}");
    private static final Pattern LONG_GROUP = Pattern.compile("[0-9A-Fa-f]{5}");

    private final RandomIps ips = new RandomIps(20261128);

    @Test
    void an_address_survives_text_bytes_and_the_jdk() throws Exception {
        for (int i = 0; i < 100_000; i++) {
            Ip ip = ips.next();
            InetAddress jdk = InetAddress.getByAddress(ip.toBytes());
            assertThat(Ip.parse(ip.toString())).isEqualTo(ip);
            assertThat(Ip.of(ip.toBytes())).isEqualTo(ip);
            assertThat(Ip.of(jdk)).isEqualTo(ip);
            assertThat(ip.toInetAddress()).isEqualTo(jdk);
            assertThat(InetAddress.ofLiteral(ip.toString())).isEqualTo(jdk);
            assertThat(Ip.parse(jdk.getHostAddress())).as("the JDK's long form").isEqualTo(ip);
            assertThat(ip.toBytes()).hasSize(ip.bits() / 8);
        }
    }

    @Test
    void an_address_is_what_the_jdk_says_it_is() {
        for (int i = 0; i < 100_000; i++) {
            Ip ip = ips.next();
            InetAddress jdk = ip.toInetAddress();
            assertThat(ip.isAny()).isEqualTo(jdk.isAnyLocalAddress());
            assertThat(ip.isLoopback()).isEqualTo(jdk.isLoopbackAddress());
            assertThat(ip.isMulticast()).isEqualTo(jdk.isMulticastAddress());
            assertThat(ip.isBroadcast()).isEqualTo(jdk.getHostAddress().equals("255.255.255.255"));
        }
        assertThat(Ip.parse("127.255.0.1").isLoopback()).isTrue();
        assertThat(Ip.parse("::1").isLoopback()).isTrue();
        assertThat(Ip.parse("239.1.2.3").isMulticast()).isTrue();
        assertThat(Ip.parse("ff02::1").isMulticast()).isTrue();
    }

    @Test
    void text_is_read_as_the_jdk_reads_it_but_strictly() {
        int addresses = 0;
        for (int i = 0; i < 300_000; i++) {
            String text = ips.text();
            InetAddress jdk = strict(text) ? jdk(text) : null;
            assertThat(Ip.find(text)).as(text).isEqualTo(Optional.ofNullable(jdk).map(Ip::of));
            addresses += jdk == null ? 0 : 1;
        }
        assertThat(addresses).as("of these texts some are addresses").isGreaterThan(1_000);
    }

    /** Not what the JDK takes besides, and nobody should write: short forms, leading zeros, long groups. */
    private static boolean strict(String text) {
        String bare = text.replaceFirst("(?<=:.{0,40})%[A-Za-z0-9._-]+$", "");
        String tail = bare.substring(bare.lastIndexOf(':') + 1);
        return bare.matches("[0-9A-Fa-f:.]*") && !LONG_GROUP.matcher(bare).find()
                && (STRICT_V4.matcher(tail).matches() || (text.contains(":") && !bare.contains(".")));
    }

    private static @Nullable InetAddress jdk(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException noLiteral) {
            return null;
        }
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1,10.0.0.1", "::1,::1", "::,::", "FD00:0:0:0::1,fd00::1",
        "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1", "2001:0:0:1:0:0:0:1,2001:0:0:1::1", "1::,1::",
        "fe80::1:0:0:2,fe80::1:0:0:2", "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "FE80:0:0:0:0ABC:0:0:0,fe80::abc:0:0:0",
        "::ffff:10.0.0.1,10.0.0.1", "::ffff:a00:1,10.0.0.1", "64:ff9b::192.0.2.33,64:ff9b::c000:221",
        "1:2:3:4:5:6:7::,1:2:3:4:5:6:7:0"})
    void an_address_is_written_as_rfc_5952_says(String text, String written) {
        assertThat(Ip.parse(text)).hasToString(written);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {"\"\"|'' is not an IP address: a part is missing",
        "1.2.3|'1.2.3' is not an IP address: fewer than four parts",
        "1.2.3.4.5|'1.2.3.4.5' is not an IP address: more than four parts",
        "1.2.3.256|'1.2.3.256' is not an IP address: a part is above 255",
        "01.2.3.4|'01.2.3.4' is not an IP address: a part begins with 0",
        "1.2.3.4.|'1.2.3.4.' is not an IP address: more than four parts",
        "1..2.3|'1..2.3' is not an IP address: '.' does not belong there",
        "1.2.3.4:80|'1.2.3.4:80' is not an IP address: '.' does not belong there",
        "example.com|'example.com' is a name; names are not resolved",
        "localhost|'localhost' is a name; names are not resolved",
        "1.2.3.4/24|'1.2.3.4/24' is a network, not an address",
        "::g|'::g' is not an IP address: 'g' does not belong there",
        "1:2|'1:2' is not an IP address: fewer than eight groups",
        "[::1]|'[::1]' is not an IP address: '[' does not belong there",
        "1::2::3|'1::2::3' is not an IP address: '::' stands twice",
        "1:2:3:4:5:6:7:8:9|'1:2:3:4:5:6:7:8:9' is not an IP address: more than eight groups",
        "1:2:3:4:5:6:7:8::|'1:2:3:4:5:6:7:8::' is not an IP address: '::' stands for nothing",
        "1:2:3:4:5:6:7:|'1:2:3:4:5:6:7:' is not an IP address: it ends with ':'",
        "::12345|'::12345' is not an IP address: a group has more than four digits",
        "::1.2.3|'::1.2.3' is not an IP address: fewer than four parts",
        "fe80::1%none|'fe80::1%none' is not an IP address: this host has no interface 'none' for it",
        "fe80::1%|'fe80::1%' is not an IP address: '%' is no link for it"})
    void what_is_no_address_says_why(String text, String reason) {
        assertThatThrownBy(() -> Ip.parse(text)).isInstanceOf(NotAnAddress.class).hasMessage(reason);
        assertThat(Ip.isAddress(text)).isFalse();
    }

    @Test
    void a_reason_quotes_the_whole_that_an_address_is_part_of() {
        assertThatThrownBy(() -> Ip.parse("localhost", "localhost:80"))
                .hasMessage("'localhost:80' is a name; names are not resolved")
                .extracting(e -> ((NotAnAddress) e).suggestion()).isEqualTo("127.0.0.1:80");
        assertThatThrownBy(() -> Ip.parse("1.2.3", "1.2.3:80")).extracting(e -> ((NotAnAddress) e).found())
                .isEqualTo("'1.2.3:80' is not an IP address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fe80::1%1", "::1%lo"})
    void a_zone_is_kept_and_shown_but_does_not_make_another_address(String text) {
        Ip ip = Ip.parse(text);
        assertThat(ip).hasToString(text);
        assertThat(ip.zone()).isNotNull().extracting(Ip.Zone::index).isEqualTo(1);
        assertThat(Ip.of(ip.toInetAddress()).zone()).isNotNull().extracting(Ip.Zone::index).isEqualTo(1);
        assertThat(ip).isEqualTo(Ip.parse(text.substring(0, text.indexOf('%'))));
        assertThat(Ip.of(InetAddress.ofLiteral(text))).hasToString(text);
    }

    @Test
    void addresses_count_and_compare_as_numbers_do() {
        for (int i = 0; i < 100_000; i++) {
            Ip ip = ips.next();
            Ip other = ips.next();
            if (ip.sameFamily(other)) {
                assertThat(Integer.signum(ip.compareTo(other)))
                        .isEqualTo(Integer.signum(Arrays.compareUnsigned(ip.toBytes(), other.toBytes())));
            }
            long step = ips.random.nextInt(4) == 0 ? ips.random.nextLong() : ips.random.nextInt(9) - 4;
            BigInteger sum = number(ip).add(BigInteger.valueOf(step));
            boolean fits = sum.signum() >= 0 && sum.bitLength() <= ip.bits();
            Ip expected = fits ? ofNumber(sum, ip.bits() / 8) : null;
            if (expected == null || !expected.sameFamily(ip)) {
                assertThatThrownBy(() -> ip.plus(step)).isInstanceOf(IllegalArgumentException.class);
            } else {
                assertThat(ip.plus(step)).isEqualTo(expected);
            }
        }
    }

    private static BigInteger number(Ip ip) {
        return new BigInteger(1, ip.toBytes());
    }

    private static Ip ofNumber(BigInteger number, int bytes) {
        byte[] padded = new byte[bytes];
        byte[] digits = number.toByteArray();
        int length = Math.min(digits.length, bytes);
        System.arraycopy(digits, digits.length - length, padded, bytes - length, length);
        return Ip.of(padded);
    }

    @Test
    void the_kernels_tables_are_read() {
        assertThat(Ip.ofProcNet("0100007F")).hasToString("127.0.0.1");
        assertThat(Ip.ofProcNet("B80D0120000000000000000001000000")).hasToString("2001:db8::1");
        assertThat(Ip.ofProcNet("0000000000000000FFFF00000100007F")).hasToString("127.0.0.1");
        assertThat(Endpoint.ofProcNet("0100007F:1F90")).hasToString("127.0.0.1:8080");
        assertThatThrownBy(() -> Ip.ofProcNet("0100")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_endpoint_reads_as_people_write_it() {
        assertThat(new Endpoint(Ip.parse("10.0.0.1"), 80)).hasToString("10.0.0.1:80");
        assertThat(new Endpoint(Ip.parse("2001:db8:0:0:0:0:0:1"), 80)).hasToString("[2001:db8::1]:80");
        assertThat(new Endpoint(Ip.ANY_V6, 80)).hasToString("[::]:80");
        assertThat(new Endpoint(Ip.parse("fd00::1"), 0)).hasToString("fd00::1");
        assertThatThrownBy(() -> new Endpoint(Ip.ANY_V4, 65_536)).hasMessage("port 65536 is outside 0..65535");
    }
}
