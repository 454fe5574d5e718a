package io.sluice.control.config.checks;

import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.model.HealthCheck.Tcp.Step;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.yaml.NodePath;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/** Whether a health check can work as it stands. */
final class HealthCheckChecks {
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:[rn0t]|x[0-9A-Fa-f]{2})");

    private HealthCheckChecks() {
    }

    static void run(ServiceConfiguration service, Look look) {
        HealthCheck check = service.healthCheck();
        HealthCheck.Timing timing = check.timing();
        if (timing.timeout().compareTo(timing.interval()) > 0) {
            String key = look.source().has("services", service.name(), "health-check", "timeout")
                    ? "timeout"
                    : "interval";
            look.warning(key + ": the timeout (" + seconds(timing.timeout().toMillis())
                    + ") is longer than the interval (" + seconds(timing.interval().toMillis())
                    + "): a check may still wait when the next is due", "services", service.name(), "health-check",
                    key);
        }
        switch (check) {
            case HealthCheck.Script script when script.command().isEmpty() ->
                lacks("command", "type: script runs it", "an executable file and its arguments", service, look);
            case HealthCheck.Udp udp when udp.send().size() == 0 ->
                lacks("send", "type: udp sends it", "text, or { hex: \"0a0b\" }", service, look);
            case HealthCheck.Tcp tcp when tcp.steps().isEmpty() ->
                lacks("steps", "type: tcp goes through them", "a list such as [{ send: \"PING\\r\\n\", expect: PONG }]",
                        service, look);
            case HealthCheck.Agent agent when agent.port() == 0 ->
                lacks("port", "an agent has one of its own", "1 to 65535", service, look);
            case HealthCheck.Tcp tcp -> steps(tcp, service, look);
            case HealthCheck.Http http when http.request().method().equals("HEAD") && http.expect() != null ->
                look.error("expect: the answer to HEAD has no body (allowed: another method, or expect-status alone)",
                        "services", service.name(), "health-check", "expect");
            case HealthCheck.Udp udp -> escapes(udp.send(), service, look);
            case HealthCheck.Agent agent -> escapes(agent.send(), service, look);
            default -> {
            }
        }
    }

    private static void escapes(Bytes send, ServiceConfiguration service, Look look) {
        escapes(send, look.source().nearest("services", service.name(), "health-check", "send"), look);
    }

    private static void steps(HealthCheck.Tcp tcp, ServiceConfiguration service, Look look) {
        for (int i = 0; i < tcp.steps().size(); i++) {
            Step step = tcp.steps().get(i);
            NodePath spot = look.item(i, "services", service.name(), "health-check", "steps");
            if (spot.value() instanceof MappingNode keys && keys.getValue().isEmpty()) {
                look.error(spot, "step " + (i + 1) + " does nothing (allowed: send, expect, or both)");
            }
            if (step.send() != null) {
                escapes(step.send(), spot, look);
            }
            step.expect().forEach(expect -> escapes(expect, spot, look));
        }
    }

    /** Somebody meant the end of a line: YAML knows escapes in double quotes only. */
    private static void escapes(Bytes payload, NodePath spot, Look look) {
        String text = new String(payload.toArray(), StandardCharsets.ISO_8859_1);
        if (ESCAPE.matcher(text).find() && !look.problems().blames(spot.value())) {
            look.problems().warning(spot,
                    spot.label() + ": a backslash and what follows it stand here as they are: did "
                            + "you mean an escape? (allowed: \"...\\r\\n\" in double quotes)");
        }
    }

    private static void lacks(String key, String why, String allowed, ServiceConfiguration service, Look look) {
        if (!look.source().has("services", service.name(), "health-check", key)) {
            look.errorAtKey("'health-check' lacks '" + key + "': " + why + " (allowed: " + key + ": " + allowed + ")",
                    "services", service.name(), "health-check");
        }
    }

    private static String seconds(long milliseconds) {
        return milliseconds % 1_000 == 0 ? milliseconds / 1_000 + "s" : milliseconds + "ms";
    }
}
