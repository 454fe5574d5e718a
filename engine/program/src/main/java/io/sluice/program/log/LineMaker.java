package io.sluice.program.log;

import io.sluice.conntrack.Protocol;
import io.sluice.control.api.Status;
import io.sluice.control.api.Status.ServerStatus;
import io.sluice.control.api.Status.ServiceStatus;
import io.sluice.dataplane.service.EndReason;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ring.EventRing.Longs;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes a line of a record: fields in a fixed order, as {@code key=value} or as JSON. The log's thread. */
final class LineMaker {
    private static final DateTimeFormatter TEXT_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
            Locale.ROOT);
    private static final EndReason[] REASONS = EndReason.values();

    private final Supplier<@Nullable Status> status;
    /** Names by id; those that left stay known, as their connections end later. */
    private final Map<Long, String> services = new HashMap<>();
    private final Map<Server, String> servers = new HashMap<>();

    private record Server(long service, long id) {
    }

    LineMaker(Supplier<@Nullable Status> status) {
        this.status = status;
    }

    String line(Longs record, boolean json) {
        long ports = record.get(5);
        Protocol protocol = Protocol.of((int) (ports >>> 32));
        boolean udp = protocol == Protocol.UDP;
        EndReason reason = REASONS[(int) (record.get(11) & 0xFF)];
        Line line = json ? new JsonLine() : new TextLine();
        line.begin(Instant.ofEpochMilli(record.get(0)));
        line.text("protocol", protocol.word());
        var client = new Endpoint(new Ip(record.get(3), record.get(4)), (int) (ports >>> 16 & 0xFFFF));
        line.text("client", client.toString());
        line.text("service", service(record.get(1)));
        line.number("port", ports & 0xFFFF);
        line.text("server", record.get(2) == 0 ? "-" : server(record.get(1), record.get(2)));
        if (!udp) {
            line.millis("wait-ms", record.get(6));
            line.millis("connect-ms", record.get(7));
        }
        line.millis("total-ms", record.get(8));
        line.number("bytes-in", record.get(9));
        line.number("bytes-out", record.get(10));
        if (udp) {
            line.number("datagrams-in", record.get(13));
            line.number("datagrams-out", record.get(14));
        }
        line.text("end", reason.label());
        line.number("retries", record.get(11) >>> 8);
        line.number("service-connections", (int) record.get(12));
        line.number("server-connections", record.get(12) >>> 32);
        return line.end();
    }

    private String service(long id) {
        if (!services.containsKey(id)) {
            learn();
        }
        return services.getOrDefault(id, Long.toHexString(id));
    }

    private String server(long service, long id) {
        Server key = new Server(service, id);
        if (!servers.containsKey(key)) {
            learn();
        }
        return servers.getOrDefault(key, Long.toHexString(id));
    }

    private void learn() {
        Status now = status.get();
        if (now == null) {
            return;
        }
        for (ServiceStatus service : now.everyService()) {
            services.put(service.id(), service.name());
            service.servers().forEach(server -> learn(service, server));
            service.removed().forEach(server -> learn(service, server));
            ServerStatus fallback = service.fallback();
            if (fallback != null) {
                learn(service, fallback);
            }
        }
    }

    private void learn(ServiceStatus service, ServerStatus server) {
        servers.put(new Server(service.id(), server.id()), server.name());
    }

    /** One line being made. */
    private abstract static class Line {
        final StringBuilder made = new StringBuilder(320);

        abstract void begin(Instant time);

        abstract void text(String key, String value);

        abstract void raw(String key, String value);

        abstract String end();

        final void number(String key, long value) {
            raw(key, Long.toString(value));
        }

        /** A negative time is none: it never came to that. */
        final void millis(String key, long ns) {
            long micros = ns / 1000;
            raw(key, ns < 0 ? "-1" : micros / 1000 + "." + Long.toString(1000 + micros % 1000).substring(1));
        }
    }

    private static final class TextLine extends Line {
        @Override
        void begin(Instant time) {
            made.append(TEXT_TIME.format(time.atZone(ZoneId.systemDefault()))).append(" CONN ");
        }

        @Override
        void text(String key, String value) {
            raw(key, value.indexOf(' ') < 0 && value.indexOf('"') < 0 ? value : quoted(value));
        }

        @Override
        void raw(String key, String value) {
            made.append(' ').append(key).append('=').append(value);
        }

        @Override
        String end() {
            return made.toString();
        }
    }

    private static final class JsonLine extends Line {
        @Override
        void begin(Instant time) {
            made.append("{\"time\":\"").append(time.atOffset(ZoneOffset.UTC).toInstant())
                    .append("\",\"record\":\"connection\"");
        }

        @Override
        void text(String key, String value) {
            raw(key, quoted(value));
        }

        @Override
        void raw(String key, String value) {
            made.append(",\"").append(key).append("\":").append(value);
        }

        @Override
        String end() {
            return made.append('}').toString();
        }
    }

    /** A JSON string. */
    static String quoted(String value) {
        StringBuilder quoted = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char next = value.charAt(i);
            if (next == '"' || next == '\\') {
                quoted.append('\\').append(next);
            } else if (next < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) next));
            } else {
                quoted.append(next);
            }
        }
        return quoted.append('"').toString();
    }
}
