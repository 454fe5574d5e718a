package io.sluice.dataplane.packet;

import io.sluice.ringbuffers.ip.Ip;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.StringTokenizer;

/**
 * A packet as the golden files write it, made into bytes with whole checksums. One thread.
 *
 * <pre>
 * 198.51.100.7:40000 &gt; 192.0.2.80:80 tcp S            flags of FSRPA; data of TCP only where it says so
 * [2001:db8:c::7]:5353 &gt; [2001:db8:2::80]:53 udp
 * 203.0.113.1 &gt; 192.0.2.80 icmp too-big ( quoted packet )
 *   ttl 63   id 7   data TEXT   sum zero|bad   options   frag 8+   vlan 5
 *   hop   route   destination   full   cut 3   elsewhere
 * </pre>
 */
final class PacketText {
    private static final int TCP = 6;
    private static final int UDP = 17;

    private final ByteArrayOutputStream extensions = new ByteArrayOutputStream();
    private Ip source = Ip.ANY_V4;
    private Ip destination = Ip.ANY_V4;
    private int sourcePort;
    private int destinationPort;
    private int protocol;
    private int flags;
    private int ttl = 64;
    private int id = 0x1234;
    private String data = "";
    private String sum = "";
    private boolean options;
    private int fragment = -1;
    private boolean more;
    private boolean full;
    private int cut;
    private int nextHeader = -1;
    private int lastNext = -1;
    private byte[] error = {};
    private int fragmentId;
    /** Whether its frame is for another host on the link. */
    boolean elsewhere;
    final StringBuilder tags = new StringBuilder();

    PacketText(String text) {
        String own = text;
        int quote = text.indexOf('(');
        if (quote >= 0) {
            own = text.substring(0, quote);
            PacketText inner = new PacketText(text.substring(quote + 1, text.lastIndexOf(')')).strip());
            error = inner.quoted();
        }
        StringTokenizer words = new StringTokenizer(own);
        from(words.nextToken());
        words.nextToken();
        to(words.nextToken());
        read(words);
    }

    private void from(String endpoint) {
        int colon = portColon(endpoint);
        source = address(endpoint, colon);
        sourcePort = colon < 0 ? 0 : Integer.parseInt(endpoint.substring(colon + 1));
    }

    private void to(String endpoint) {
        int colon = portColon(endpoint);
        destination = address(endpoint, colon);
        destinationPort = colon < 0 ? 0 : Integer.parseInt(endpoint.substring(colon + 1));
    }

    private static int portColon(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        return endpoint.startsWith("[")
                ? endpoint.endsWith("]") ? -1 : colon
                : endpoint.indexOf(':') == colon
                        ? colon
                        : -1;
    }

    private static Ip address(String endpoint, int colon) {
        return Ip.parse((colon < 0 ? endpoint : endpoint.substring(0, colon)).replace("[", "").replace("]", ""));
    }

    private void read(StringTokenizer words) {
        while (words.hasMoreTokens()) {
            String word = words.nextToken();
            switch (word) {
                case "tcp" -> {
                    protocol = TCP;
                    words.nextToken().chars().forEach(flag -> flags |= 1 << "FSRPA".indexOf(flag));
                }
                case "udp" -> {
                    protocol = UDP;
                    data = "ping";
                }
                case "icmp" -> icmp(words.nextToken());
                case "protocol" -> protocol = Integer.parseInt(words.nextToken());
                case "ttl" -> ttl = Integer.parseInt(words.nextToken());
                case "id" -> id = Integer.parseInt(words.nextToken());
                case "data" -> data = words.nextToken();
                case "sum" -> sum = words.nextToken();
                case "options" -> options = true;
                case "full" -> full = true;
                case "elsewhere" -> elsewhere = true;
                case "cut" -> cut = Integer.parseInt(words.nextToken());
                case "vlan" -> tags.append("8100").append(String.format(Locale.ROOT, "%04x", Integer.parseInt(words
                        .nextToken())));
                case "provider" -> tags.append("88a8").append(String.format(Locale.ROOT, "%04x", Integer.parseInt(words
                        .nextToken())));
                case "hop" -> extension(0);
                case "route" -> extension(43);
                case "destination" -> extension(60);
                case "frag" -> {
                    String place = words.nextToken();
                    more = place.endsWith("+");
                    fragment = Integer.parseInt(place.replace("+", ""));
                    if (!source.isV4()) {
                        extension(44);
                    }
                }
                default -> throw new IllegalArgumentException("the word " + word);
            }
        }
    }

    /** Eight bytes whose first is filled in when the next header is known. */
    private void extension(int type) {
        chain(type);
        lastNext = extensions.size();
        byte[] header = new byte[8];
        if (type == 44) {
            ByteBuffer.wrap(header).putShort(2, (short) (fragment << 3 | (more ? 1 : 0)));
            fragmentId = extensions.size() + 4;
        } else {
            header[2] = 1; // PadN over the rest
            header[3] = 4;
            if (type == 43) { // no segments left
                header[2] = 4;
                header[3] = 0;
            }
        }
        extensions.writeBytes(header);
    }

    private void chain(int next) {
        if (lastNext < 0) {
            nextHeader = next;
        } else {
            byte[] all = extensions.toByteArray();
            all[lastNext] = (byte) next;
            extensions.reset();
            extensions.writeBytes(all);
        }
    }

    private void icmp(String kind) {
        protocol = source.isV4() ? 1 : 58;
        boolean v4 = source.isV4();
        int type = switch (kind) {
            case "unreachable" -> v4 ? 0x0303 : 0x0104;
            case "too-big" -> v4 ? 0x0304 : 0x0200;
            case "exceeded" -> v4 ? 0x0B00 : 0x0300;
            case "parameter" -> v4 ? 0x0C00 : 0x0400;
            case "echo" -> v4 ? 0x0800 : 0x8000;
            default -> throw new IllegalArgumentException("icmp " + kind);
        };
        byte[] quote = error;
        error = ByteBuffer.allocate(8 + quote.length).putShort((short) type).putShort((short) 0)
                .putInt(kind.equals("too-big") ? 1400 : 0).put(quote).array();
    }

    private boolean laterFragment() {
        return fragment > 0;
    }

    /** From the Ethernet header on. */
    byte[] frame(byte[] to, byte[] from) {
        byte[] tag = HexFormat.of().parseHex(tags);
        byte[] packet = packet();
        ByteBuffer frame = ByteBuffer.allocate(14 + tag.length + packet.length).put(to).put(from).put(tag)
                .putShort((short) (source.isV4() ? 0x0800 : 0x86DD)).put(packet);
        return java.util.Arrays.copyOf(frame.array(), frame.capacity() - cut);
    }

    /** Header and eight bytes, or all of it. */
    private byte[] quoted() {
        byte[] packet = packet();
        int header = packet.length - transport().length;
        return full ? packet : java.util.Arrays.copyOf(packet, Math.min(packet.length, header + 8));
    }

    private byte[] packet() {
        byte[] transport = transport();
        return source.isV4() ? v4(transport) : v6(transport);
    }

    private byte[] v4(byte[] transport) {
        int header = options ? 24 : 20;
        ByteBuffer packet = ByteBuffer.allocate(header + transport.length);
        packet.put((byte) (0x40 | header / 4)).put((byte) 0).putShort((short) packet.capacity()).putShort((short) id)
                .putShort((short) (Math.max(0, fragment) | (more ? 0x2000 : 0))).put((byte) ttl).put((byte) protocol)
                .putShort((short) 0).putInt(source.v4()).putInt(destination.v4());
        if (options) {
            packet.putInt(0x01010100); // no operation, end of list
        }
        packet.put(transport);
        int checksum = Checksums.finished(Checksums.sum(packet.array(), 0, header));
        return packet.putShort(10, (short) checksum).array();
    }

    private byte[] v6(byte[] transport) {
        chain(protocol);
        byte[] more = extensions.toByteArray();
        if (fragmentId > 0) {
            ByteBuffer.wrap(more).putInt(fragmentId, id);
        }
        return ByteBuffer.allocate(40 + more.length + transport.length).putInt(0x60000000).putShort((short) (more.length
                + transport.length)).put((byte) nextHeader).put((byte) ttl).putLong(source.high()).putLong(source.low())
                .putLong(destination.high()).putLong(destination.low()).put(more).put(transport).array();
    }

    private byte[] transport() {
        byte[] payload = data.getBytes(StandardCharsets.US_ASCII);
        if (laterFragment()) {
            return payload;
        }
        return switch (protocol) {
            case TCP -> summed(ByteBuffer.allocate(20 + payload.length).putShort((short) sourcePort)
                    .putShort((short) destinationPort).putInt(1000).putInt((flags & 16) == 0 ? 0 : 2000)
                    .put((byte) 0x50).put((byte) flags).putShort((short) 512).putInt(0).put(payload).array(), 16);
            case UDP -> summed(ByteBuffer.allocate(8 + payload.length).putShort((short) sourcePort)
                    .putShort((short) destinationPort).putShort((short) (8 + payload.length)).putShort((short) 0)
                    .put(payload).array(), 6);
            case 1, 58 -> summed(error, 2);
            default -> payload;
        };
    }

    private byte[] summed(byte[] segment, int place) {
        int pseudo = protocol == 1 ? 0 : pseudoHeader(segment.length);
        int checksum = Checksums.finished(pseudo + Checksums.sum(segment, 0, segment.length));
        if (protocol == UDP && checksum == 0) {
            checksum = 0xFFFF;
        }
        if (sum.equals("zero")) {
            checksum = 0;
        } else if (sum.equals("bad")) {
            checksum ^= 0x0100;
        }
        ByteBuffer.wrap(segment).putShort(place, (short) checksum);
        return segment;
    }

    private int pseudoHeader(int lengthBytes) {
        byte[] addresses = ByteBuffer.allocate(32).putLong(source.isV4() ? 0 : source.high())
                .putLong(source.isV4() ? source.v4() & 0xFFFFFFFFL : source.low())
                .putLong(destination.isV4() ? 0 : destination.high())
                .putLong(destination.isV4() ? destination.v4() & 0xFFFFFFFFL : destination.low()).array();
        return Checksums.sum(addresses, 0, 32) + protocol + lengthBytes;
    }
}
