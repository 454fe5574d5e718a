package io.sluice.program.admin.http;

import io.sluice.control.api.Control;
import io.sluice.control.api.EntityTag;
import io.sluice.control.config.model.NoSuchName;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.program.admin.Wire;
import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServerReport;
import io.sluice.program.observe.ServiceReport;
import io.sluice.ringbuffers.counters.CountersReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the conductor has in force and the counters, as the API shows them. Any thread. */
final class Snapshots {
    private final Control control;
    private final Path stateDirectory;

    Snapshots(Control control, Path stateDirectory) {
        this.control = control;
        this.stateDirectory = stateDirectory;
    }

    DaemonReport read() throws IOException {
        try (CountersReader counters = CountersReader.open(StateDirectory.counters(stateDirectory))) {
            return DaemonReport.of(control.status(), counters, Instant.now());
        }
    }

    /** @throws ApiError when no service has that name */
    ServiceReport service(String name) throws IOException {
        DaemonReport report = read();
        return report.service(name).orElseThrow(() -> new ApiError(404, NoSuchName.service(name, report.services()
                .stream().map(ServiceReport::name).toList())));
    }

    ServerReport server(String service, String name) throws IOException {
        List<ServerReport> servers = service(service).servers();
        return servers.stream().filter(server -> server.name().equals(name)).findFirst().orElseThrow(
                () -> new ApiError(404, NoSuchName.server(service, name, servers.stream().map(ServerReport::name)
                        .toList())));
    }

    // ---- as JSON, with versions ----

    static ObjectNode json(ServiceReport service) {
        ObjectNode node = Wire.json().valueToTree(service);
        ArrayNode servers = node.putArray("servers");
        service.servers().forEach(server -> servers.add(json(server)));
        node.put("version", version(service));
        return node;
    }

    static ObjectNode json(ServerReport server) {
        ObjectNode node = Wire.json().valueToTree(server);
        node.put("version", version(server));
        return node;
    }

    /** Changes with what people change, not with counters or health. */
    static String version(ServerReport server) {
        return EntityTag.ofServer(server.name(), server.address(), server.weight(), server.configuredWeight(),
                server.admin());
    }

    static String version(ServiceReport service) {
        StringBuilder versions = new StringBuilder(
                service.name() + "\n" + service.listen() + "\n" + service.mode().word()
                        + "\n" + service.scheduler());
        service.servers().forEach(server -> versions.append('\n').append(version(server)));
        return EntityTag.of(versions.toString());
    }
}
