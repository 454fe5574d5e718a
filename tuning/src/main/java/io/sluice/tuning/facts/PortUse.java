package io.sluice.tuning.facts;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How many local ports connections from one address to one remote address and port hold. Immutable.
 *
 * @param timeWait of those, how many only wait for late packets
 */
public record PortUse(String source, String server, long ports, long timeWait) {
    /** Reading the table walks the kernel's hash of sockets; beyond this it is left alone. */
    private static final long SOCKETS_WORTH_READING = 200_000;
    private static final long WORTH_TELLING = 1_000;
    /** ESTABLISHED 01 to LAST_ACK 09 and CLOSING 0B hold a port; LISTEN 0A does not. TIME_WAIT is 06. */
    private static final Pattern ROW = Pattern.compile("^\\s*\\d+: [0-9A-F]+:[0-9A-F]{4} [0-9A-F]+:[0-9A-F]{4} 0");

    static List<PortUse> read(HostSource source, Counters counters, long lowPort, long highPort) {
        if (counters.of("sockstat.TCP.alloc") + counters.of("sockstat.TCP.tw") > SOCKETS_WORTH_READING) {
            return List.of();
        }
        Map<String, long[]> paths = new HashMap<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            String rows = source.matching(table, ROW);
            if (rows != null && !rows.isEmpty()) {
                rows.lines().forEach(row -> count(row.strip().split("\\s+"), lowPort, highPort, paths));
            }
        }
        return paths.entrySet().stream().filter(entry -> entry.getValue()[0] >= WORTH_TELLING).map(entry -> {
            String[] ends = entry.getKey().split(" ");
            String[] server = ends[1].split(":");
            return new PortUse(address(ends[0]), address(server[0]) + ":" + Integer.parseInt(server[1], 16), entry
                    .getValue()[0], entry.getValue()[1]);
        }).sorted(Comparator.comparingLong(PortUse::ports).reversed()).toList();
    }

    private static void count(String[] row, long lowPort, long highPort, Map<String, long[]> paths) {
        String[] local = row[1].split(":");
        int port = Integer.parseInt(local[1], 16);
        if (port < lowPort || port > highPort || row[3].equals("0A")) {
            return;
        }
        long[] counts = paths.computeIfAbsent(local[0] + " " + row[2], path -> new long[2]);
        counts[0]++;
        counts[1] += row[3].equals("06") ? 1 : 0;
    }

    /** The kernel prints addresses as 32-bit words in the machine's byte order (little-endian on all we run on). */
    private static String address(String hex) {
        byte[] bytes = new byte[hex.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            int swapped = (i & ~3) + 3 - (i & 3);
            bytes[swapped] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        try {
            String text = InetAddress.getByAddress(bytes).getHostAddress();
            return text.contains(":") ? "[" + text + "]" : text;
        } catch (UnknownHostException impossible) {
            return hex;
        }
    }

    @Override
    public String toString() {
        return source + " to " + server;
    }

}
