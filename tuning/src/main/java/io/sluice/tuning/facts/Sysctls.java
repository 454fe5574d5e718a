package io.sluice.tuning.facts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The kernel settings below /proc/sys that the checks and profiles look at, by their dotted names. Immutable.
 *
 * <p>The list is closed: asking for another name is a bug, and would be missing from every recording.
 *
 * @param denied names whose files are there but closed to this user
 */
public record Sysctls(Map<String, String> values, List<String> denied) {
    private static final String ROOT = "/proc/sys/";

    /** Read on every host. Those below net.* show the network namespace the program runs in. */
    public static final List<String> KNOWN = List.of("fs.file-max", "fs.file-nr", "fs.nr_open", "fs.pipe-max-size",
            "fs.pipe-user-pages-soft", "kernel.io_uring_disabled", "kernel.io_uring_group",
            "kernel.numa_balancing", "kernel.osrelease", "kernel.random.boot_id",
            "kernel.unprivileged_bpf_disabled", "net.core.bpf_jit_enable", "net.core.busy_poll",
            "net.core.netdev_budget", "net.core.netdev_budget_usecs", "net.core.netdev_max_backlog",
            "net.core.rmem_max", "net.core.somaxconn", "net.core.wmem_max", "net.ipv4.ip_forward",
            "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports", "net.ipv4.ip_nonlocal_bind",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.neigh.default.gc_thresh3", "net.ipv4.ping_group_range", "net.ipv4.tcp_abort_on_overflow",
            "net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_max_tw_buckets",
            "net.ipv4.tcp_mem", "net.ipv4.tcp_migrate_req",
            "net.ipv4.tcp_rmem", "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_syncookies",
            "net.ipv4.tcp_timestamps",
            "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_wmem", "net.ipv4.udp_mem",
            "net.netfilter.nf_conntrack_count", "net.netfilter.nf_conntrack_max",
            "net.netfilter.nf_conntrack_tcp_be_liberal",
            "vm.nr_hugepages", "vm.swappiness", "vm.zone_reclaim_mode");

    private static final List<String> PER_INTERFACE = List.of("arp_announce", "arp_ignore", "rp_filter",
            "send_redirects");

    static Sysctls read(HostSource source) {
        List<String> names = new ArrayList<>(KNOWN);
        for (String face : source.names(ROOT + "net/ipv4/conf")) {
            PER_INTERFACE.forEach(setting -> names.add("net.ipv4.conf." + face.replace('.', '/') + "." + setting));
        }
        Map<String, String> values = new TreeMap<>();
        List<String> denied = new ArrayList<>();
        for (String name : names) {
            String value = source.text(path(name));
            if (value != null) {
                values.put(name, String.join(" ", value.strip().split("\\s+")));
            } else if (source.denied(path(name))) {
                denied.add(name);
            }
        }
        return new Sysctls(Map.copyOf(values), List.copyOf(denied));
    }

    /** The file behind a dotted name; a slash in the name stands for a dot in it (VLAN interfaces: eth0/100). */
    public static String path(String name) {
        char[] path = name.toCharArray();
        for (int i = 0; i < path.length; i++) {
            path[i] = path[i] == '.' ? '/' : path[i] == '/' ? '.' : path[i];
        }
        return ROOT + new String(path);
    }

    /** The value with runs of white space made single blanks; null when absent or not readable. */
    public @Nullable String text(String name) {
        if (!KNOWN.contains(name) && !name.startsWith("net.ipv4.conf.")) {
            throw new IllegalArgumentException("not in Sysctls.KNOWN: " + name);
        }
        return values.get(name);
    }

    public OptionalLong number(String name) {
        return number(name, 0);
    }

    /** One of several numbers in a value, such as the maximum (2) of tcp_rmem. */
    public OptionalLong number(String name, int index) {
        String value = text(name);
        String[] parts = value == null ? new String[0] : value.split(" ");
        return index < parts.length && parts[index].matches("-?\\d{1,18}")
                ? OptionalLong.of(Long.parseLong(parts[index]))
                : OptionalLong.empty();
    }

    public long number(String name, int index, long otherwise) {
        return number(name, index).orElse(otherwise);
    }

    /** Why a value is missing, as the end of a sentence. */
    public String whyMissing(String name) {
        return denied.contains(name)
                ? "not readable by this user; run as root"
                : "not on this kernel, or not in this network namespace";
    }

    /**
     * What counts for one interface: the kernel takes the higher of "all" and the interface for these settings
     * (ip-sysctl: conf/interface).
     */
    public OptionalLong forInterface(String face, String setting) {
        return Arrays.stream(new String[]{"all", face.replace('.', '/')})
                .map(scope -> number("net.ipv4.conf." + scope + "." + setting)).filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong).max();
    }
}
