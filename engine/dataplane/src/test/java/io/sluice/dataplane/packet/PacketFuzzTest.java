package io.sluice.dataplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Packets of the golden files, changed at random: both programs see the same ones in the same order and must do the
 * same with each, byte by byte; what they pass on they must not have touched.
 */
@Tag("peer")
class PacketFuzzTest {
    private static final int PACKETS = Boolean.getBoolean("sluice.long") ? 1_000_000 : 30_000;
    private static final long SEED = Long.getLong("sluice.seed", 42);
    private static final PacketProgram.Room ROOM = new PacketProgram.Room(1 << 17, 1 << 17);
    private static final int ETHERNET_BYTES = 14;
    /** Headers, quotes of ICMP errors included, end before. */
    private static final int HEADERS_END = 140;

    @Test
    void both_programs_do_the_same_with_every_packet() throws Exception {
        List<byte[]> seeds = seeds();
        Random random = new Random(SEED);
        try (PacketBed bed = new PacketBed()) {
            int sent = bed.on(() -> {
                try (PacketProgram tc = PacketBed.program(Hook.TC, ROOM);
                        PacketProgram xdp = PacketBed.program(Hook.XDP, ROOM)) {
                    int count = 0;
                    for (int i = 0; i < PACKETS; i++) {
                        byte[] frame = changed(seeds.get(random.nextInt(seeds.size())), random);
                        int arrival = bed.arrival(random.nextInt(4) == 0 ? "servers" : "clients");
                        count += compare(i, frame, tc.run(frame, arrival), xdp, arrival);
                    }
                    return count;
                }
            });
            assertThat(sent).as("packets that were sent").isGreaterThan(PACKETS / 10);
        }
    }

    /** Answers 1 where both sent it. */
    private static int compare(int number, byte[] frame, PacketProgram.Result tc, PacketProgram xdp, int arrival)
            throws IOException {
        long unknown = xdp.count(PacketVerdict.NO_NEIGHBOUR);
        PacketProgram.Result other = xdp.run(frame, arrival);
        String which = "packet " + number + " of seed " + SEED + ": " + HexFormat.of().formatHex(frame);
        if (tc.outcome() == Hook.Outcome.SENT && other.outcome() == Hook.Outcome.DROPPED) {
            assertThat(xdp.count(PacketVerdict.NO_NEIGHBOUR)).as(which).isEqualTo(unknown + 1);
            return 0; // at tc it waits while the kernel asks
        }
        assertThat(other.outcome()).as(which).isEqualTo(tc.outcome());
        if (tc.outcome() == Hook.Outcome.PASSED) {
            assertThat(tc.packet()).as(which).isEqualTo(frame);
            assertThat(other.packet()).as(which).isEqualTo(frame);
        }
        if (tc.outcome() == Hook.Outcome.SENT) { // at tc the MAC addresses are written afterwards
            assertThat(Arrays.copyOfRange(other.packet(), 12, other.packet().length)).as(which)
                    .isEqualTo(Arrays.copyOfRange(tc.packet(), 12, tc.packet().length));
            return 1;
        }
        return 0;
    }

    private static List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (String file : GoldenPacketsTest.FILES) {
            for (String line : PacketBed.lines(file)) {
                if (line.startsWith("in ")) {
                    byte[] frame = new PacketText(line.replaceAll("\\$\\d", "20007").split("\\s+", 3)[2])
                            .frame(PacketBed.BALANCER_MAC, PacketBed.mac(0x77));
                    if (isWhole(frame)) {
                        seeds.add(frame);
                    }
                }
            }
        }
        return seeds;
    }

    /** One in four stays as it is; the others get other bytes, or another length. */
    private static byte[] changed(byte[] seed, Random random) {
        byte[] frame = seed.clone();
        int changes = Math.max(0, random.nextInt(5) - 1);
        for (int i = 0; i < changes; i++) {
            int at = ETHERNET_BYTES - 2 + random.nextInt(Math.min(HEADERS_END, frame.length - ETHERNET_BYTES + 2));
            frame[at] = (byte) switch (random.nextInt(4)) {
                case 0 -> frame[at] ^ 1 << random.nextInt(8);
                case 1 -> 0;
                case 2 -> 0xFF;
                default -> random.nextInt(256);
            };
        }
        if (random.nextInt(10) == 0) {
            byte[] other = Arrays.copyOf(frame, ETHERNET_BYTES + 40 + random.nextInt(frame.length));
            return isWhole(other) ? other : frame;
        }
        return isWhole(frame) ? frame : seed;
    }

    /** Whether the kernel runs a program at tc on it: behind the type of IP it wants an IP header. */
    private static boolean isWhole(byte[] frame) {
        int type = ByteBuffer.wrap(frame).getShort(12) & 0xFFFF;
        return frame.length >= ETHERNET_BYTES + (type == 0x86DD ? 40 : 20);
    }
}
