package io.sluice.tuning.facts;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The limits of the control group the process lives in, the tightest on the way up counting. Immutable.
 *
 * @param runtime docker, podman, kubernetes, lxc, systemd-nspawn or another name; empty outside containers
 * @param cpuQuota CPUs worth of time per period; positive infinity without a quota
 * @param throttledPeriods how often the quota ran out since the group exists
 */
public record Container(String runtime, double cpuQuota, long periods, long throttledPeriods, long memoryLimitBytes,
        long memoryUsedBytes, long pidsLimit) {
    private static final String ROOT = "/sys/fs/cgroup";
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    static Container read(HostSource source, String pid) {
        String membership = source.text("/proc/" + pid + "/cgroup");
        String v2 = path(membership, "0::(.*)");
        boolean unified = source.text(ROOT + "/cgroup.controllers") != null;
        Tightest limits = new Tightest();
        if (unified) {
            for (String group = v2; group != null; group = parent(group)) {
                limits.v2(source, ROOT + (group.equals("/") ? "" : group));
            }
        } else {
            limits.v1(source, ROOT, membership);
        }
        return new Container(runtime(source, membership), limits.cpuQuota, limits.periods, limits.throttled,
                limits.memory, limits.memoryUsed, limits.pids);
    }

    public boolean isContainer() {
        return !runtime.isEmpty();
    }

    private static String runtime(HostSource source, @Nullable String membership) {
        String groups = membership == null ? "" : membership;
        if (source.text("/run/.containerenv") != null) {
            return "podman";
        }
        if (groups.contains("kubepods") || source.text(
                "/run/secrets/kubernetes.io/serviceaccount/namespace") != null) {
            return "kubernetes";
        }
        if (source.text("/.dockerenv") != null || groups.contains("/docker")) {
            return "docker";
        }
        String systemd = source.text("/run/systemd/container");
        return systemd == null ? groups.contains("/lxc") ? "lxc" : "" : systemd;
    }

    private static @Nullable String path(@Nullable String membership, String pattern) {
        Matcher line = Pattern.compile("^" + pattern + "$", Pattern.MULTILINE).matcher(membership == null
                ? ""
                : membership);
        return line.find() ? line.group(1) : null;
    }

    private static @Nullable String parent(String group) {
        return group.equals("/")
                ? null
                : group.lastIndexOf('/') <= 0
                        ? "/"
                        : group.substring(0, group.lastIndexOf(
                                '/'));
    }

    /** Walks up one hierarchy and keeps the smallest of each limit. */
    private static final class Tightest {
        private double cpuQuota = Double.POSITIVE_INFINITY;
        private long periods;
        private long throttled;
        private long memory = Long.MAX_VALUE;
        private long memoryUsed;
        private long pids = Long.MAX_VALUE;

        private void v2(HostSource source, String directory) {
            String cpu = source.text(directory + "/cpu.max");
            if (cpu != null && cpu.matches("\\d+ \\d+")) {
                String[] parts = cpu.split(" ");
                quota(source, directory + "/cpu.stat", Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]));
            }
            memory(source.text(directory + "/memory.max"), source.text(directory + "/memory.current"));
            pids = Math.min(pids, bound(source.text(directory + "/pids.max")));
        }

        private void v1(HostSource source, String root, @Nullable String membership) {
            // Inside a container the group's own path may not be visible: the mount then shows the group as its root.
            for (String group : candidates(path(membership, "\\d+:(?:[a-z,]+,)?cpu(?:,[a-z,]+)?:(.*)"))) {
                String cpu = root + "/cpu" + group;
                long quota = bound(source.text(cpu + "/cpu.cfs_quota_us"));
                long period = bound(source.text(cpu + "/cpu.cfs_period_us"));
                if (quota != Long.MAX_VALUE && period != Long.MAX_VALUE) {
                    quota(source, cpu + "/cpu.stat", (double) quota / period);
                }
            }
            for (String group : candidates(path(membership, "\\d+:memory:(.*)"))) {
                String directory = root + "/memory" + group;
                memory(source.text(directory + "/memory.limit_in_bytes"), source.text(directory
                        + "/memory.usage_in_bytes"));
            }
            for (String group : candidates(path(membership, "\\d+:pids:(.*)"))) {
                pids = Math.min(pids, bound(source.text(root + "/pids" + group + "/pids.max")));
            }
        }

        private static java.util.List<String> candidates(@Nullable String group) {
            return group == null || group.equals("/") ? java.util.List.of("") : java.util.List.of(group, "");
        }

        private void quota(HostSource source, String statistics, double cpus) {
            if (cpus < cpuQuota) {
                cpuQuota = cpus;
                String text = source.text(statistics);
                periods = field(text, "nr_periods");
                throttled = field(text, "nr_throttled");
            }
        }

        private void memory(@Nullable String limit, @Nullable String used) {
            long bytes = bound(limit);
            // cgroup v1 writes "no limit" as the largest page-aligned number
            if (bytes < memory && bytes < Long.MAX_VALUE - (1 << 20)) {
                memory = bytes;
                memoryUsed = used == null || !NUMBER.matcher(used).matches() ? 0 : Long.parseLong(used);
            }
        }

        private static long field(@Nullable String text, String name) {
            String value = path(text, name + " (\\d+)");
            return value == null ? 0 : Long.parseLong(value);
        }

        private static long bound(@Nullable String text) {
            return text == null || !text.matches("\\d{1,19}")
                    ? Long.MAX_VALUE
                    : new java.math.BigInteger(text).min(
                            java.math.BigInteger.valueOf(Long.MAX_VALUE)).longValue();
        }
    }
}
