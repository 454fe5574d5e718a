package io.sluice.dataplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Packets in text: what goes in, how it ends, what comes out. Each story has a client of its own, and what one packet
 * leaves behind the next one meets.
 *
 * <pre>
 * == a story
 * in  clients PACKET            from the clients' side, or the servers'
 * out opened s1 PACKET          the verdict; where it is sent, the next hop (at XDP its MAC address) and the packet
 * out no-flow                   a verdict that drops or passes the packet, which then is as it came
 * out xdp-no-neighbour          the same at XDP; at tc the packet waits while the kernel asks for the next hop
 * </pre>
 *
 * {@code $1} to {@code $9} in an out line is a port that the program chose, and from then on that number.
 */
@Tag("peer")
class GoldenPacketsTest {
    static final List<String> FILES = List.of("nat.packets", "snat.packets", "dr.packets", "icmp.packets",
            "fragments.packets", "foreign.packets");
    private static final Pattern CHOSEN = Pattern.compile("\\$\\d");
    private static PacketBed bed;

    @BeforeAll
    static void start() throws Exception {
        bed = new PacketBed();
    }

    @AfterAll
    static void stop() throws IOException {
        bed.close();
    }

    /** @param title ends with the hook where only one has such packets: tc none without an IP header */
    record Story(String title, List<String> lines) {
        boolean isFor(Hook hook) {
            return !title.endsWith(hook == Hook.XDP ? "(tc)" : "(xdp)");
        }
    }

    @TestFactory
    Stream<DynamicContainer> the_program_at_tc() throws Exception {
        return stories(Hook.TC);
    }

    @TestFactory
    Stream<DynamicContainer> the_program_at_xdp() throws Exception {
        return stories(Hook.XDP);
    }

    /** Each file has a program of its own. */
    private static Stream<DynamicContainer> stories(Hook hook) {
        return FILES.stream().map(file -> {
            try {
                PacketProgram program = bed.on(() -> PacketBed.program(hook));
                return DynamicContainer.dynamicContainer(file, read(file).stream().filter(story -> story.isFor(hook))
                        .map(story -> DynamicTest.dynamicTest(story.title, () -> bed.on(() -> play(hook, program,
                                story))))
                        .onClose(program::close));
            } catch (Exception e) {
                throw new AssertionError(file, e);
            }
        });
    }

    private static List<Story> read(String file) throws Exception {
        List<Story> stories = new ArrayList<>();
        for (String line : PacketBed.lines(file)) {
            if (line.startsWith("==")) {
                stories.add(new Story(line.substring(2).strip(), new ArrayList<>()));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                stories.getLast().lines.add(line.strip());
            }
        }
        return stories;
    }

    private static int play(Hook hook, PacketProgram program, Story story) throws Exception {
        Map<String, String> chosen = new HashMap<>();
        for (int i = 0; i < story.lines.size(); i += 2) {
            String[] in = substituted(story.lines.get(i), chosen).split("\\s+", 3);
            String line = story.lines.get(i + 1);
            String[] out = line.split("\\s+", 4);
            assertThat(in[0] + out[0]).as(line).isEqualTo("inout");
            PacketText packet = new PacketText(in[2]);
            byte[] frame = packet.frame(packet.elsewhere ? PacketBed.mac(0x55) : PacketBed.BALANCER_MAC, PacketBed.mac(
                    0x77));
            long[] before = counts(program);
            PacketProgram.Result result = program.run(frame, bed.arrival(in[1]));
            String verdict = !out[1].equals("xdp-no-neighbour")
                    ? out[1]
                    : hook == Hook.XDP ? "no-neighbour" : "opened";
            assertThat(ended(before, counts(program))).as(story.lines.get(i)).isEqualTo(verdict);
            if (out.length < 4) {
                assertThat(result.outcome() == Hook.Outcome.SENT).as(line).isEqualTo(out[1].startsWith("xdp-")
                        && hook == Hook.TC);
                if (result.outcome() == Hook.Outcome.PASSED) {
                    assertThat(hex(result.packet())).as(line).isEqualTo(hex(frame));
                }
                continue;
            }
            assertThat(result.outcome()).as(line).isEqualTo(Hook.Outcome.SENT);
            learn(out[3], packet, result.packet(), chosen);
            byte[] expected = new PacketText(substituted(out[3], chosen)).frame(PacketBed.neighbour(out[2]),
                    PacketBed.BALANCER_MAC);
            int from = hook == Hook.XDP ? 0 : 12; // at tc the kernel writes the MAC addresses afterwards
            assertThat(hex(Arrays.copyOfRange(result.packet(), from, result.packet().length))).as(line)
                    .isEqualTo(hex(Arrays.copyOfRange(expected, from, expected.length)));
        }
        return 0;
    }

    private static long[] counts(PacketProgram program) throws Exception {
        long[] counts = new long[PacketVerdict.values().length];
        for (PacketVerdict verdict : PacketVerdict.values()) {
            counts[verdict.ordinal()] = program.count(verdict);
        }
        return counts;
    }

    private static String ended(long[] before, long[] after) {
        StringBuilder words = new StringBuilder();
        for (PacketVerdict verdict : PacketVerdict.values()) {
            for (long n = before[verdict.ordinal()]; n < after[verdict.ordinal()]; n++) {
                words.append(words.isEmpty() ? "" : ",").append(verdict.word());
            }
        }
        return words.toString();
    }

    /** The source port of what came out is the one that stands as $n. */
    private static void learn(String out, PacketText in, byte[] packet, Map<String, String> chosen) {
        Matcher matcher = CHOSEN.matcher(out);
        if (matcher.find() && !chosen.containsKey(matcher.group())) {
            int l3 = 14 + in.tags.length() / 2;
            int l4 = l3 + ((packet[l3] & 0xF0) == 0x40 ? (packet[l3] & 0xF) * 4 : 40);
            chosen.put(matcher.group(), Integer.toString(ByteBuffer.wrap(packet).getShort(l4) & 0xFFFF));
        }
    }

    private static String substituted(String line, Map<String, String> chosen) {
        return CHOSEN.matcher(line).replaceAll(name -> chosen.getOrDefault(name.group(), "0"));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes).replaceAll("(.{32})", "$1\n");
    }
}
