package io.sluice.perftests.contender;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds contenders by what users type: `sluice`, `haproxy`, `nginx`, `nft`, `direct`, each with options after colons
 * (`sluice:transport=epoll`, `haproxy:bufsize=262144`). Stateless.
 */
public final class Contenders {
    public static final List<String> ALL = List.of("sluice", "haproxy", "nginx", "nft", "direct");

    private Contenders() {
    }

    public static Contender of(String specification) {
        String[] parts = specification.split(":");
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].split("=", 2);
            if (pair.length != 2) {
                throw new IllegalArgumentException(
                        "'" + specification + "': options are KEY=VALUE after a colon, like sluice:transport=epoll");
            }
            options.put(pair[0], pair[1]);
        }
        return switch (parts[0]) {
            case "sluice" -> new Sluice(specification, launcher(options.remove("home")),
                    allowed(specification, options, "transport", "relay", "java"));
            case "haproxy" -> new Haproxy(specification, allowed(specification, options, "bufsize"));
            case "nginx" -> new NginxStream(specification);
            case "nft" -> new KernelNat();
            case "direct" -> new Direct();
            default -> throw new IllegalArgumentException(
                    "unknown contender '" + parts[0] + "'; one of " + String.join(", ", ALL));
        };
    }

    /** Another build of Sluice under a name of its own. */
    public static Contender sluice(String name, Path launcher) {
        return new Sluice(name, launcher, Map.of());
    }

    private static Map<String, String> allowed(String specification, Map<String, String> options, String... keys) {
        for (String key : options.keySet()) {
            if (!List.of(keys).contains(key)) {
                throw new IllegalArgumentException(
                        "'" + specification + "': unknown option '" + key + "'; one of " + String.join(", ", keys));
            }
        }
        return options;
    }

    /** The launcher of a build's folder (a checkout or an installation); of this very build where none is given. */
    public static Path launcher(@org.jspecify.annotations.Nullable String home) {
        if (home != null) {
            Path folder = Path.of(home).toAbsolutePath();
            Path checkout = folder.resolve("engine/bin/sluice");
            return Files.exists(checkout) ? checkout : folder.resolve("bin/sluice");
        }
        return ownLauncher();
    }

    /** Found from where this class was loaded: <checkout>/perf-tests/target/..., or <prefix>/lib-load/*.jar. */
    private static Path ownLauncher() {
        Path code = Path.of(java.net.URI
                .create(String.valueOf(Contenders.class.getProtectionDomain().getCodeSource().getLocation())));
        for (Path folder = code.toAbsolutePath(); folder != null; folder = folder.getParent()) {
            for (String candidate : List.of("engine/bin/sluice", "bin/sluice")) {
                if (Files.isExecutable(folder.resolve(candidate))) {
                    return folder.resolve(candidate);
                }
            }
        }
        return Path.of("engine/bin/sluice").toAbsolutePath();
    }
}
