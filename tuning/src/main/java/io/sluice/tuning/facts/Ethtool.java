package io.sluice.tuning.facts;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the driver tells through ethtool. Immutable; empty maps where ethtool is not installed or the driver is silent.
 *
 * @param ringMaximum and ringCurrent: "RX", "TX", ... of {@code ethtool -g}
 * @param channelMaximum and channelCurrent: "Combined", "RX", ... of {@code ethtool -l}
 * @param features offloads of {@code ethtool -k}: on, off, "on [fixed]", "off [fixed]"
 * @param coalescing of {@code ethtool -c}: "rx-usecs", "Adaptive RX", ...
 */
public record Ethtool(Map<String, String> ringMaximum, Map<String, String> ringCurrent,
        Map<String, String> channelMaximum, Map<String, String> channelCurrent, Map<String, String> features,
        Map<String, String> coalescing) {

    public static Ethtool read(HostSource source, String face) {
        String rings = source.output(List.of("ethtool", "-g", face));
        String channels = source.output(List.of("ethtool", "-l", face));
        return new Ethtool(table(part(rings, true)), table(part(rings, false)), table(part(channels, true)), table(part(
                channels, false)), table(source.output(List.of("ethtool", "-k", face))),
                coalescing(source.output(List.of(
                        "ethtool", "-c", face))));
    }

    public static OptionalLong number(Map<String, String> table, String name) {
        String value = table.getOrDefault(name, "");
        return value.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(value)) : OptionalLong.empty();
    }

    public boolean isOn(String feature) {
        return features.getOrDefault(feature, "").startsWith("on");
    }

    /** Off, and the driver would let it be switched on. */
    public boolean couldBeOn(String feature) {
        return features.getOrDefault(feature, "").equals("off");
    }

    private static @Nullable String part(@Nullable String output, boolean maximum) {
        if (output == null) {
            return null;
        }
        int middle = output.indexOf("Current hardware settings:");
        return middle < 0 ? null : maximum ? output.substring(0, middle) : output.substring(middle);
    }

    private static Map<String, String> table(@Nullable String output) {
        Map<String, String> table = new TreeMap<>();
        if (output != null) {
            output.lines().map(line -> line.split(":", 2)).filter(pair -> pair.length == 2 && !pair[1].isBlank())
                    .forEach(pair -> table.put(pair[0].strip(), pair[1].strip()));
        }
        return Map.copyOf(table);
    }

    private static Map<String, String> coalescing(@Nullable String output) {
        Map<String, String> table = new TreeMap<>(table(output));
        // one line carries two settings: "Adaptive RX: off  TX: n/a"
        String adaptive = table.remove("Adaptive RX");
        if (adaptive != null) {
            String[] words = adaptive.split("\\s+");
            table.put("Adaptive RX", words[0]);
            table.put("Adaptive TX", words[words.length - 1]);
        }
        return Map.copyOf(table);
    }
}
