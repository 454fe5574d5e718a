package io.sluice.program.cli;

import io.sluice.program.observe.ServerReport;
import io.sluice.program.observe.ServiceReport;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * What happened between two looks at the daemon, per second. {@code sluice top} shows it.
 *
 * @param seconds between the looks
 */
record Rates(double seconds, List<Service> services, List<Server> servers) {
    /** @param serving how many of its servers take new clients */
    record Service(String name, String state, long serving, int servers, long connections, double newPerSecond,
            double bytesInPerSecond, double bytesOutPerSecond) {
    }

    record Server(String service, String name, String health, String admin, int weight, long connections,
            double newPerSecond, double bytesInPerSecond, double bytesOutPerSecond, double failedPerSecond) {
    }

    static Rates between(Sample before, Sample now) {
        Sample then = before.sameDaemon(now) ? before : now;
        double seconds = now.secondsSince(then);
        List<ServiceReport> services = now.report().services();
        return new Rates(seconds, services.stream().map(service -> of(then, service, seconds)).toList(), services
                .stream().flatMap(service -> servers(then, service, seconds)).toList());
    }

    private static Service of(Sample then, ServiceReport service, double seconds) {
        Optional<ServiceReport> old = then.service(service.name());
        return new Service(service.name(), service.state().word(), service.serving(), service.servers().size(), service
                .connections(), rate(old, service, ServiceReport::totalConnections, seconds),
                rate(old, service,
                        ServiceReport::bytesIn, seconds),
                rate(old, service, ServiceReport::bytesOut, seconds));
    }

    private static Stream<Server> servers(Sample then, ServiceReport service, double seconds) {
        return service.servers().stream().map(server -> {
            Optional<ServerReport> old = then.server(service.name(), server.name());
            return new Server(service.name(), server.name(), server.health().word(), server.admin().word(), server
                    .effectiveWeight(), server.connections(),
                    rate(old, server, ServerReport::totalConnections,
                            seconds),
                    rate(old, server, ServerReport::bytesIn, seconds), rate(old, server,
                            ServerReport::bytesOut, seconds),
                    rate(old, server,
                            ServerReport::connectFailures, seconds));
        });
    }

    private static <T> double rate(Optional<T> then, T now, ToLongFunction<T> counter, double seconds) {
        return Math.max(0, counter.applyAsLong(now) - counter.applyAsLong(then.orElse(now))) / seconds;
    }
}
