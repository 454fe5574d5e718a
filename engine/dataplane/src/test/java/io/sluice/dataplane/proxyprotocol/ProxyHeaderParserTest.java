package io.sluice.dataplane.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Memory;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderParserTest {
    private final ProxyHeaderParser parser = new ProxyHeaderParser();
    private final Memory memory = new Memory(70_000);

    private int parse(byte[] bytes) {
        memory.put(0, bytes);
        return parser.parse(memory, bytes.length);
    }

    private int parse(String text) {
        return parse(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({"TCP4,192.168.0.1,255.255.255.255", "TCP6,2001:db8::7,::1", "TCP6,::,1:2:3:4:5:6:7:8",
        "TCP6,1::,::ffff:10.0.0.1", "TCP6,1:2::7:8,fe80::1", "TCP6,1:2:3:4:5:6:7::,::2:3:4:5:6:7:8"})
    void version_1_names_both_ends(String family, String source, String destination) throws Exception {
        String header = "PROXY " + family + " " + source + " " + destination + " 65535 1\r\n";
        assertThat(parse(header + "rest")).isEqualTo(header.length());
        assertThat(parser.isProxied()).isTrue();
        assertThat(new Ip(parser.sourceHigh(), parser.sourceLow()))
                .isEqualTo(Ip.parse(source));
        assertThat(new Ip(parser.destinationHigh(), parser.destinationLow()))
                .isEqualTo(Ip.parse(destination));
        assertThat(parser.sourcePort()).isEqualTo(65535);
        assertThat(parser.destinationPort()).isEqualTo(1);
        for (int length = 1; length < header.length(); length++) {
            assertThat(parse(header.substring(0, length))).isEqualTo(ProxyHeaderParser.MORE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP4 1.2.3 4.5.6.7 1 2\r\n", "PROXY TCP4 1.2.3.256 4.5.6.7 1 2\r\n",
        "PROXY TCP4 1.2.3.4 4.5.6.7 65536 2\r\n", "PROXY TCP4 1.2.3.4 4.5.6.7 1 2 3\r\n",
        "PROXY TCP4  1.2.3.4 4.5.6.7 1 2\r\n",
        "PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2\r\n", "PROXY TCP6 1::2::3 ::1 1 2\r\n",
        "PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2\r\n",
        "PROXY TCP6 12345:: ::1 1 2\r\n", "PROXY UDP4 1.2.3.4 4.5.6.7 1 2\r\n", "PROXY \r\n", "PROXY TCP4\r\n",
        "PROXYTCP4 1\r\n",
        "PROXY TCP4 1.2.3.4 4.5.6.7 1 2\rX", "GET / HTTP/1.1\r\n", "PROXY UNKNOWNX\r\n", "\r\n\r\n\0\r\nQUIX\n"})
    void what_is_not_a_header_is_malformed(String text) {
        assertThat(parse(text)).isEqualTo(ProxyHeaderParser.MALFORMED);
    }

    @Test
    void a_line_without_end_is_malformed_once_it_is_too_long() {
        assertThat(parse("PROXY TCP4 " + "1".repeat(95))).isEqualTo(ProxyHeaderParser.MORE);
        assertThat(parse("PROXY TCP4 " + "1".repeat(96))).isEqualTo(ProxyHeaderParser.MALFORMED);
    }

    @Test
    void unknown_and_local_leave_the_socket_its_addresses() {
        assertThat(parse("PROXY UNKNOWN\r\n")).isEqualTo(15);
        assertThat(parser.isProxied()).isFalse();
        assertThat(parse("PROXY UNKNOWN ffff::1 ::2 1 2\r\n")).isEqualTo(31);
        assertThat(parser.isProxied()).isFalse();
        assertThat(parse(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000"))).isEqualTo(16);
        assertThat(parser.isProxied()).isFalse();
    }

    @Test
    void version_2_written_is_read_back_with_its_extensions() throws Exception {
        for (String[] ends : new String[][]{{"10.1.2.3", "10.4.5.6"}, {"2001:db8::1", "2001:db8::2"},
            {"10.1.2.3", "2001:db8::2"}}) {
            Ip source = Ip.parse(ends[0]);
            Ip destination = Ip.parse(ends[1]);
            int length = ProxyHeaderWriter.writeV2(memory, false, source.high(), source.low(),
                    1234, destination.high(), destination.low(), 443);
            int extensions = 1000; // one, of a type that nobody knows
            memory.byteAt(length, (byte) 0xE0);
            memory.shortBeAt(length + 1, (short) (extensions - 3));
            memory.shortBeAt(14, (short) (memory.shortBeAt(14) + extensions));
            assertThat(parser.parse(memory, length + extensions - 1)).isEqualTo(ProxyHeaderParser.MORE);
            assertThat(parser.parse(memory, length + extensions)).isEqualTo(length + extensions);
            assertThat(new Ip(parser.sourceHigh(), parser.sourceLow())).isEqualTo(source);
            assertThat(new Ip(parser.destinationHigh(), parser.destinationLow()))
                    .isEqualTo(destination);
            assertThat(parser.sourcePort()).isEqualTo(1234);
            assertThat(parser.destinationPort()).isEqualTo(443);
        }
    }

    @Test
    void random_bytes_never_pass_for_a_header_and_never_throw() {
        var random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(120)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) {
                byte[] start = "PROXY TCP6 ".getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(start, 0, bytes, 0, Math.min(start.length, bytes.length));
                for (int j = start.length; j < bytes.length; j++) {
                    bytes[j] = (byte) " :.0123456789abcdef\r\n".charAt(random.nextInt(21));
                }
            }
            int result = parse(bytes);
            assertThat(result).isBetween(ProxyHeaderParser.MALFORMED, bytes.length);
        }
    }
}
