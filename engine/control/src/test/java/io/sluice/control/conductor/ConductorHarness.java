package io.sluice.control.conductor;

import static org.awaitility.Awaitility.await;

import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.ConfigurationSource;
import io.sluice.control.api.DataPlane;
import io.sluice.control.api.DataPlanes;
import io.sluice.control.api.Lifecycle;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.ServiceState;
import io.sluice.control.api.Status;
import io.sluice.control.conductor.listen.ListenerSockets;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.yaml.Problem;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.testbed.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real conductor with real health checks and sockets; only the workers are replaced by a recording. */
final class ConductorHarness implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TemporaryDirectory own;
    final Path directory;
    final Path file;
    final RecordedDataPlane dataPlane = new RecordedDataPlane();
    final CountersFile counters;
    Conductor conductor;

    ConductorHarness(String yaml, DataPlane... others) throws Exception {
        this(new TemporaryDirectory("conductor"), yaml, 1024, others);
    }

    ConductorHarness(TemporaryDirectory own, String yaml, int counterRows, DataPlane... others)
            throws Exception {
        this.own = own;
        directory = own.path();
        file = directory.resolve("sluice.yaml");
        counters = CountersFile.create(directory.resolve("counters"), counterRows);
        Files.writeString(file, yaml);
        conductor = new Conductor(new Conductor.Setup(
                new DataPlanes(Stream.concat(Stream.of(dataPlane), Stream.of(others)).toList()), counters,
                (group, high, low) -> null, directory, file,
                ConductorHarness::read, "test", "none", applied -> {
                }, () -> {
                }, new Lifecycle() {
                    @Override
                    public void stop(boolean drain) {
                        // the test closes it
                    }

                    @Override
                    public Outcome upgrade(Command.Upgrade command) {
                        throw new UnsupportedOperationException();
                    }
                }));
        conductor.start(configuration(yaml));
    }

    Configuration configuration(String yaml) {
        return switch (ConfigurationFile.parse(yaml, file.toString())) {
            case ConfigurationFile.Valid valid -> valid.configuration();
            case ConfigurationFile.Invalid invalid -> throw new AssertionError(invalid.problems().toString());
        };
    }

    private static ConfigurationSource.Reading read(Path file) {
        return switch (ConfigurationFile.read(file)) {
            case ConfigurationFile.Valid valid -> new ConfigurationSource.Reading.Valid(valid.configuration(),
                    valid.problems().stream().map(Problem::toString).toList());
            case ConfigurationFile.Invalid invalid -> new ConfigurationSource.Reading.Invalid(
                    invalid.problems().stream().map(Problem::toString).toList());
        };
    }

    Outcome reload(String yaml) throws IOException {
        Files.writeString(file, yaml);
        return conductor.tell(new Command.Reload(), Caller.DAEMON);
    }

    VirtualService service(String name) {
        return dataPlane.newest().services().stream().filter(service -> service.name().equals(name)).findFirst()
                .orElseThrow();
    }

    RealServer server(String service, String name) {
        return service(service).servers().stream().filter(server -> server.name().equals(name)).findFirst()
                .orElseThrow();
    }

    /** Names of those who may be chosen, with their weights: {@code a:100 b:50}. */
    String eligible(String service) {
        VirtualService now = service(service);
        int[] weights = now.candidates().servers().weights();
        return java.util.stream.IntStream.range(0, now.candidates().size())
                .mapToObj(i -> now.servers().get(now.candidates().position(i)).name() + ":" + weights[i])
                .collect(Collectors.joining(" "));
    }

    void awaitEligible(String service, String expected) {
        await().atMost(PATIENCE).until(() -> eligible(service), expected::equals);
        conductor.drainTimeout(); // asked of its thread: what it published is in its status too by now
    }

    Status.ServerStatus status(String service, String server) {
        return conductor.status().services().stream().filter(one -> one.name().equals(service))
                .flatMap(one -> one.servers().stream()).filter(one -> one.name().equals(server)).findFirst()
                .orElseThrow();
    }

    ServiceState state(String service) {
        return conductor.status().services().stream().filter(one -> one.name().equals(service)).findFirst()
                .orElseThrow().state();
    }

    @Override
    public void close() {
        dataPlane.newest().services().stream().flatMap(service -> service.forwarding().listeners().stream())
                .forEach(ListenerSockets::close);
        conductor.close();
        counters.close();
        own.close();
    }
}
