package io.sluice.tuning.facts;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kernel: its version and what was built into it. Immutable. */
public record Kernel(KernelVersion version, Map<KernelFeature, Presence> features) {

    /** Whether a feature is there. A module may still have to be loaded, which needs CAP_SYS_MODULE once. */
    public enum Presence {
        BUILT_IN, LOADED_MODULE, LOADABLE_MODULE, ABSENT, UNKNOWN;

        public boolean usable() {
            return this == BUILT_IN || this == LOADED_MODULE;
        }
    }

    private static final Pattern OPTIONS = Pattern.compile(Arrays.stream(KernelFeature.values())
            .map(KernelFeature::option).collect(Collectors.joining("|", "^(", ")=")));

    static Kernel read(HostSource source) {
        KernelVersion version = KernelVersion.parse(source.text("/proc/sys/kernel/osrelease"));
        Map<String, String> options = options(source, version);
        Set<String> loaded = firstWords(source.text("/proc/modules"));
        Map<KernelFeature, Presence> features = new EnumMap<>(KernelFeature.class);
        for (KernelFeature feature : KernelFeature.values()) {
            features.put(feature, presence(feature, options, loaded));
        }
        if (features.containsValue(Presence.UNKNOWN)) {
            bySymbol(source, features);
        }
        return new Kernel(version, Map.copyOf(features));
    }

    public Presence presence(KernelFeature feature) {
        return features.getOrDefault(feature, Presence.UNKNOWN);
    }

    private static Presence presence(KernelFeature feature, @Nullable Map<String, String> options, Set<String> loaded) {
        if (loaded.contains(feature.module)) {
            return Presence.LOADED_MODULE;
        }
        if (options == null) {
            return Presence.UNKNOWN;
        }
        return switch (options.getOrDefault(feature.option, "n")) {
            case "y" -> Presence.BUILT_IN;
            case "m" -> Presence.LOADABLE_MODULE;
            default -> Presence.ABSENT;
        };
    }

    private static @Nullable Map<String, String> options(HostSource source, KernelVersion version) {
        for (String path : List.of("/proc/config.gz", "/boot/config-" + version.release(), "/lib/modules/" + version
                .release() + "/config")) {
            String lines = source.matching(path, OPTIONS);
            if (lines != null) {
                return lines.lines().map(line -> line.split("=", 2))
                        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, second) -> second));
            }
        }
        return null;
    }

    /** Without a config file the symbol table tells what is built in or loaded, but not what could be loaded. */
    private static void bySymbol(HostSource source, Map<KernelFeature, Presence> features) {
        String wanted = Arrays.stream(KernelFeature.values()).map(feature -> feature.symbol)
                .collect(Collectors.joining("|", " (?:__x64_sys_|__arm64_sys_|__sys_|__do_sys_)?(", ")(\\s|$)"));
        String symbols = source.matching("/proc/kallsyms", Pattern.compile(wanted));
        if (symbols == null || symbols.isEmpty()) {
            return;
        }
        features.replaceAll((feature, presence) -> presence == Presence.UNKNOWN && symbols.contains(feature.symbol)
                ? Presence.BUILT_IN
                : presence);
    }

    private static Set<String> firstWords(@Nullable String table) {
        return table == null
                ? Set.of()
                : table.lines().map(line -> line.split("\\s+", 2)[0]).collect(Collectors.toUnmodifiableSet());
    }
}
