package io.sluice.tuning.facts;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one process may do: the program itself, or a running Sluice by its pid. Immutable.
 *
 * @param known false when /proc/PID could not be read
 * @param groups all groups of the process, the effective one first
 * @param initialUserNamespace false inside a user namespace, where capabilities count only for what it owns
 */
public record ProcessFacts(String pid, boolean known, long uid, List<Long> groups, long effective, long bounding,
        boolean noNewPrivileges, boolean seccompFiltered, boolean initialUserNamespace, CpuList cpusAllowed,
        Map<String, Limit> limits) {

    /** A resource limit; {@link Long#MAX_VALUE} is the kernel's "unlimited". */
    public record Limit(long soft, long hard) {
    }

    private static final Pattern STATUS = Pattern.compile(
            "^(Uid|Gid|Groups|CapEff|CapBnd|NoNewPrivs|Seccomp|Cpus_allowed_list):");
    private static final Pattern LIMIT = Pattern.compile("^(Max [a-z ]+?) {2,}(\\S+) +(\\S+)");

    static ProcessFacts read(HostSource source, String pid) {
        String text = source.matching("/proc/" + pid + "/status", STATUS);
        Map<String, String> status = new HashMap<>();
        if (text != null) {
            text.lines().map(line -> line.split(":", 2)).filter(pair -> pair.length == 2)
                    .forEach(pair -> status.put(pair[0], pair[1].strip()));
        }
        String[] gids = status.getOrDefault("Gid", "0 0").split("\\s+");
        List<Long> groups = java.util.stream.Stream
                .concat(java.util.stream.Stream.of(gids[Math.min(1, gids.length - 1)]),
                        java.util.Arrays.stream(status.getOrDefault("Groups", "").split("\\s+")))
                .filter(word -> !word.isEmpty()).map(Long::valueOf).distinct().toList();
        String[] uids = status.getOrDefault("Uid", "0 0").split("\\s+");
        String map = source.text("/proc/" + pid + "/uid_map");
        return new ProcessFacts(pid, text != null, Long.parseLong(uids[Math.min(1, uids.length - 1)]), groups, hex(
                status.get("CapEff")), hex(status.get("CapBnd")), "1".equals(status.get("NoNewPrivs")),
                "2".equals(status.get(
                        "Seccomp")),
                map == null || map.strip().matches("0\\s+0\\s+4294967295"), CpuList.parse(status.get(
                        "Cpus_allowed_list")),
                limits(source.text("/proc/" + pid + "/limits")));
    }

    public boolean has(Capability capability) {
        return capability.in(effective);
    }

    /** "Max open files" and so on, as /proc/PID/limits names them; unlimited when it could not be read. */
    public Limit limit(String name) {
        return limits.getOrDefault(name, new Limit(Long.MAX_VALUE, Long.MAX_VALUE));
    }

    private static Map<String, Limit> limits(@org.jspecify.annotations.Nullable String table) {
        Map<String, Limit> limits = new LinkedHashMap<>();
        if (table != null) {
            table.lines().map(LIMIT::matcher).filter(Matcher::find)
                    .forEach(row -> limits.put(row.group(1), new Limit(bound(row.group(2)), bound(row.group(3)))));
        }
        return Map.copyOf(limits);
    }

    private static long bound(String word) {
        return word.matches("\\d{1,18}") ? Long.parseLong(word) : Long.MAX_VALUE;
    }

    private static long hex(@org.jspecify.annotations.Nullable String mask) {
        return mask == null ? 0 : Long.parseUnsignedLong(mask, 16);
    }
}
