package io.sluice.tuning.facts;

import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
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

    private record Route(Ip source, Endpoint server) {
        PortUse used(long[] counts) {
            return new PortUse(source.bracketed(), server.toString(), counts[0], counts[1]);
        }
    }

    static List<PortUse> read(HostSource source, Counters counters, long lowPort, long highPort) {
        if (counters.of("sockstat.TCP.alloc") + counters.of("sockstat.TCP.tw") > SOCKETS_WORTH_READING) {
            return List.of();
        }
        Map<Route, long[]> paths = new HashMap<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            String rows = source.matching(table, ROW);
            if (rows != null && !rows.isEmpty()) {
                rows.lines().forEach(row -> count(row.strip().split("\\s+"), lowPort, highPort, paths));
            }
        }
        return paths.entrySet().stream().filter(entry -> entry.getValue()[0] >= WORTH_TELLING)
                .map(entry -> entry.getKey().used(entry.getValue()))
                .sorted(Comparator.comparingLong(PortUse::ports).reversed()).toList();
    }

    private static void count(String[] row, long lowPort, long highPort, Map<Route, long[]> paths) {
        Endpoint local = Endpoint.ofProcNet(row[1]);
        if (local.port() < lowPort || local.port() > highPort || row[3].equals("0A")) {
            return;
        }
        long[] counts = paths.computeIfAbsent(new Route(local.address(), Endpoint.ofProcNet(row[2])),
                path -> new long[2]);
        counts[0]++;
        counts[1] += row[3].equals("06") ? 1 : 0;
    }

    @Override
    public String toString() {
        return source + " to " + server;
    }
}
