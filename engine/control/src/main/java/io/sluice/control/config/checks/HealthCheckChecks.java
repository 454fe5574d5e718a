package io.sluice.control.config.checks;

import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.ServiceConfiguration;

/** Whether a health check can work as it stands. */
final class HealthCheckChecks {
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
            default -> {
            }
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
