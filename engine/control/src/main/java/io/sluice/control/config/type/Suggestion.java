package io.sluice.control.config.type;

import io.sluice.control.config.model.Distance;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the known word that a mistyped or foreign one stands for. */
final class Suggestion {
    /** Nobody mistypes a word into one longer than this. */
    private static final int LONGEST = 64;
    /** Words of other load balancers and of the guides for what has another name here. */
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(Map.entry("persistence", "affinity"),
            Map.entry("sticky", "affinity"), Map.entry("stickiness", "affinity"),
            Map.entry("session-affinity", "affinity"),
            Map.entry("bind", "listen"), Map.entry("vip", "listen"), Map.entry("frontend", "listen"),
            Map.entry("balance", "scheduler"), Map.entry("algorithm", "scheduler"), Map.entry("method", "scheduler"),
            Map.entry("lb-method", "scheduler"), Map.entry("backends", "servers"), Map.entry("backend", "servers"),
            Map.entry("real-servers", "servers"), Map.entry("upstream", "servers"), Map.entry("members", "servers"),
            Map.entry("pool", "servers"), Map.entry("check", "health-check"), Map.entry("healthcheck", "health-check"),
            Map.entry("monitor", "health-check"), Map.entry("virtual-services", "services"),
            Map.entry("vips", "services"),
            Map.entry("threads", "workers"), Map.entry("nbthread", "workers"), Map.entry("forwarding-method", "mode"),
            Map.entry("logging", "log"), Map.entry("ha", "high-availability"), Map.entry("sorry-server", "fallback"),
            Map.entry("uri", "path"), Map.entry("url", "path"), Map.entry("request", "path"),
            Map.entry("response", "expect"),
            Map.entry("rr", "round-robin"), Map.entry("wrr", "weighted-round-robin"),
            Map.entry("lc", "least-connections"),
            Map.entry("leastconn", "weighted-least-connections"), Map.entry("wlc", "weighted-least-connections"),
            Map.entry("sh", "source-hash"), Map.entry("source", "source-hash"), Map.entry("mh", "maglev"),
            Map.entry("ip", "source-ip"), Map.entry("client-ip", "source-ip"), Map.entry("icmp", "ping"),
            Map.entry("tcp-connect", "connect"), Map.entry("tcp", "connect"), Map.entry("external", "script"),
            Map.entry("exec", "script"), Map.entry("masq", "nat"), Map.entry("masquerade", "nat"),
            Map.entry("dsr", "dr"),
            Map.entry("gatewaying", "dr"), Map.entry("master", "primary"), Map.entry("backup", "secondary"),
            Map.entry("verify", "verify-certificate"), Map.entry("cert", "certificate"),
            Map.entry("crt", "certificate"),
            Map.entry("yes", "true"), Map.entry("on", "true"), Map.entry("no", "false"), Map.entry("off", "false"),
            Map.entry("warning", "warn"), Map.entry("io-uring", "io_uring"), Map.entry("iouring", "io_uring"),
            Map.entry("maxconn", "max-connections"),
            Map.entry("rate", "connection-rate-per-source"));

    private Suggestion() {
    }

    /** The nearest of the known words, or null when none is near. */
    static @Nullable String nearest(String word, Collection<String> known) {
        if (word.length() > LONGEST) {
            return null;
        }
        String wanted = normal(word);
        String elsewhere = ELSEWHERE.get(wanted);
        if (elsewhere != null && known.contains(elsewhere)) {
            return elsewhere;
        }
        String best = null;
        int bestDistance = Math.max(1, wanted.length() / 3) + 1;
        for (String candidate : known) {
            int distance = Distance.between(wanted, normal(candidate));
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** {@code healthCheck}, {@code health_check} and {@code HEALTH-CHECK} are the same word. */
    private static String normal(String word) {
        return word.strip().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").replace('_', '-').replace(' ', '-')
                .toLowerCase(Locale.ROOT);
    }
}
