package io.sluice.tuning.facts;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memory, huge pages and swap. Immutable; zero where it could not be read.
 *
 * @param transparentHugePages the selected word of /sys/kernel/mm/transparent_hugepage/enabled, empty when not there
 */
public record MemoryFacts(long totalBytes, long availableBytes, long swapTotalBytes, long swapFreeBytes, long hugePages,
        long hugePagesFree, long hugePageBytes, String transparentHugePages, String transparentHugePagesDefrag) {
    private static final String THP = "/sys/kernel/mm/transparent_hugepage/";

    static MemoryFacts read(HostSource source) {
        Map<String, Long> info = new HashMap<>();
        String text = source.matching("/proc/meminfo", java.util.regex.Pattern.compile(
                "^(MemTotal|MemAvailable|Swap(Total|Free)|HugePages_(Total|Free)|Hugepagesize):"));
        if (text != null && !text.isEmpty()) {
            text.lines().map(line -> line.split("[:\\s]+"))
                    .forEach(row -> info.put(row[0], Long.parseLong(row[1]) * (row.length > 2 ? 1024 : 1)));
        }
        return new MemoryFacts(info.getOrDefault("MemTotal", 0L), info.getOrDefault("MemAvailable", 0L),
                info.getOrDefault(
                        "SwapTotal", 0L),
                info.getOrDefault("SwapFree", 0L), info.getOrDefault("HugePages_Total", 0L),
                info
                        .getOrDefault("HugePages_Free", 0L),
                info.getOrDefault("Hugepagesize", 0L), selected(source.text(THP
                        + "enabled")),
                selected(source.text(THP + "defrag")));
    }

    /** The word in brackets of {@code always [madvise] never}. */
    public static String selected(@Nullable String choices) {
        return choices == null ? "" : choices.replaceAll(".*\\[(\\S+)\\].*", "$1");
    }
}
