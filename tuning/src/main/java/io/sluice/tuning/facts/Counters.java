package io.sluice.tuning.facts;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the network stack has counted since boot: the evidence beside the settings. Immutable.
 *
 * @param values by "TcpExt.ListenOverflows", "Udp.RcvbufErrors", "sockstat.TCP.mem"
 * @param packets received and handed to the stack, all CPUs
 * @param backlogDrops packets dropped because netdev_max_backlog was full, all CPUs
 * @param timeSqueezes times the softirq ran out of budget with packets left, all CPUs
 */
public record Counters(Map<String, Long> values, long packets, long backlogDrops, long timeSqueezes) {

    static Counters read(HostSource source) {
        Map<String, Long> values = new HashMap<>();
        pairs(source.text("/proc/net/netstat"), values);
        pairs(source.text("/proc/net/snmp"), values);
        sockstat(source.text("/proc/net/sockstat"), values);
        String arp = source.text("/proc/net/stat/arp_cache");
        values.put("arp.table_fulls", hexColumn(arp, "table_fulls"));
        String softnet = source.text("/proc/net/softnet_stat");
        return new Counters(Map.copyOf(values), hexColumn(softnet, 0), hexColumn(softnet, 1), hexColumn(softnet, 2));
    }

    /** Zero when the kernel does not count it. */
    public long of(String name) {
        return values.getOrDefault(name, 0L);
    }

    /** Two lines belong together: names, then numbers, both with the same prefix. */
    private static void pairs(@Nullable String table, Map<String, Long> into) {
        String[] lines = table == null ? new String[0] : table.split("\n");
        for (int i = 0; i + 1 < lines.length; i += 2) {
            String[] names = lines[i].split(" ");
            String[] numbers = lines[i + 1].split(" ");
            for (int column = 1; column < Math.min(names.length, numbers.length); column++) {
                into.put(names[0].replace(":", ".") + names[column], Long.parseLong(numbers[column]));
            }
        }
    }

    private static void sockstat(@Nullable String table, Map<String, Long> into) {
        if (table != null) {
            table.lines().map(line -> line.split(" ")).forEach(words -> {
                for (int i = 1; i + 1 < words.length; i += 2) {
                    into.put("sockstat." + words[0].replace(":", ".") + words[i], Long.parseLong(words[i + 1]));
                }
            });
        }
    }

    private static long hexColumn(@Nullable String table, int column) {
        return table == null
                ? 0
                : table.lines().map(line -> line.strip().split("\\s+")).filter(row -> row.length > column)
                        .mapToLong(row -> Long.parseLong(row[column], 16)).sum();
    }

    private static long hexColumn(@Nullable String table, String name) {
        if (table == null || table.isEmpty()) {
            return 0;
        }
        int column = java.util.List.of(table.lines().findFirst().orElse("").strip().split("\\s+")).indexOf(name);
        return column < 0
                ? 0
                : hexColumn(table.lines().skip(1).collect(java.util.stream.Collectors.joining("\n")), column);
    }
}
