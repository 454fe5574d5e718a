package io.sluice.perftests.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the target itself counted during the measured time (`--target-stats`): the truth about one-way traffic. Reporter
 * thread.
 */
final class TargetCounters {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final @Nullable InetSocketAddress address;
    private @Nullable JsonNode before;
    private long beforeNs;
    private @Nullable ObjectNode difference;

    TargetCounters(@Nullable InetSocketAddress address) {
        this.address = address;
    }

    void read(boolean first) throws IOException {
        if (address == null) {
            return;
        }
        JsonNode now;
        long nowNs;
        try (Socket socket = new Socket()) {
            socket.connect(address, 5_000);
            socket.setSoTimeout(5_000);
            byte[] text = socket.getInputStream().readAllBytes();
            nowNs = System.nanoTime(); // before the first use of JSON, which takes a while
            now = JSON.readTree(new String(text, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IOException(
                    "--target-stats " + address + ": " + e.getMessage() + ". Does the target run with --stats there?",
                    e);
        }
        if (first || before == null) {
            before = now;
            beforeNs = nowNs;
            return;
        }
        ObjectNode changes = JSON.createObjectNode();
        for (JsonNode target : now) {
            for (String key : target.propertyNames()) {
                if (target.get(key).isNumber()) {
                    changes.put(key, changes.path(key).asLong(0) + target.get(key).asLong());
                }
            }
        }
        for (JsonNode target : before) {
            for (String key : target.propertyNames()) {
                if (target.get(key).isNumber() && !key.equals("open")) {
                    changes.put(key, changes.path(key).asLong(0) - target.get(key).asLong());
                }
            }
        }
        changes.put("seconds", (nowNs - beforeNs) / 1e9);
        difference = changes;
    }

    void addTo(ObjectNode result) {
        if (difference != null) {
            result.set("target", difference);
        }
    }

    String describe() {
        ObjectNode seen = difference;
        if (seen == null) {
            return "";
        }
        double seconds = seen.path("seconds").asDouble();
        long datagrams = seen.path("datagrams").asLong();
        return String.format(Locale.ROOT, "  the target saw %s/s%s, %d connections%n",
                io.sluice.perftests.Units.bytes(seen.path("bytes-received").asLong() / seconds), datagrams == 0
                        ? ""
                        : String.format(Locale.ROOT, ", %s datagrams/s (%d reordered)",
                                io.sluice.perftests.Units.count(datagrams / seconds),
                                seen.path("reordered").asLong()),
                seen.path("connections").asLong());
    }
}
