package io.sluice.perftests.contender;

import io.sluice.perftests.host.Shell;
import io.sluice.perftests.host.SourceVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Sluice as a user starts it: `sluice run -c FILE`, one worker. Options: `home` (another build's folder), `transport`,
 * `relay`, `java` (JVM options).
 */
final class Sluice implements Contender {
    private final String name;
    private final Path launcher;
    private final Map<String, String> options;

    Sluice(String name, Path launcher, Map<String, String> options) {
        this.name = name;
        this.launcher = launcher;
        this.options = Map.copyOf(options);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String describe() {
        try {
            // `sluice 0.1.0`, `java   25.0.3 (vendor)`, and what is the same for everyone here
            String version = Shell.run(launcher.toString(), "version").lines()
                    .filter(line -> line.startsWith("sluice ") || line.startsWith("java "))
                    .map(line -> line.replaceAll(" +", " ")).collect(Collectors.joining(", "));
            StringBuilder text = new StringBuilder(version).append(commit()).append(", 1 worker");
            new java.util.TreeMap<>(options)
                    .forEach((key, value) -> text.append(", ").append(key).append(' ').append(value));
            return text.toString();
        } catch (IOException e) {
            return "Sluice (does not run: " + e.getMessage() + ")";
        }
    }

    /** Where the build is one of a checkout. */
    private String commit() {
        String commit = SourceVersion.of(launcher.resolveSibling("."));
        return commit.equals(SourceVersion.UNKNOWN) ? "" : ", commit " + commit;
    }

    @Override
    public Optional<String> missing(Topology topology) {
        return Files.isExecutable(launcher)
                ? Optional.empty()
                : Optional.of(
                        "there is no launcher at " + launcher + ": mvn -DskipTests package in a checkout of Sluice");
    }

    @Override
    public boolean carries(Work work) {
        return true;
    }

    @Override
    public Running start(Situation situation) throws IOException {
        Path folder = Files.createDirectories(situation.folder().resolve("sluice"));
        Map<Work, InetSocketAddress> fronts = new EnumMap<>(Work.class);
        for (Work work : Work.values()) {
            fronts.put(work, Fronts.free(situation, work));
        }
        Path file = folder.resolve("sluice.yaml");
        Files.writeString(file, configuration(situation, fronts, folder, 100));
        Path jvmLog = folder.resolve("jvm.log");
        String java = "-Xlog:gc,safepoint:file=" + jvmLog + ":timenanos,tags:filecount=0 "
                + options.getOrDefault("java", "");
        Program program = Program.start(name, situation, List.of(launcher.toString(), "run", "-c", file.toString()),
                Map.of("SLUICE_JAVA_OPTS", java.strip()), fronts, jvmLog);
        AtomicInteger reloads = new AtomicInteger();
        return new Reloadable(program, () -> {
            Files.writeString(file, configuration(situation, fronts, folder, 100 + reloads.incrementAndGet() % 2));
            Shell.run("kill", "-HUP", Long.toString(program.pid()));
        });
    }

    /** @param weight of every server: what a reload changes */
    private String configuration(Situation situation, Map<Work, InetSocketAddress> fronts, Path folder, int weight) {
        StringBuilder text = new StringBuilder("workers: 1\nadmin: off\n");
        text.append("state-directory: ").append(folder.resolve("state"))
                .append("\ntables: { connections: 262144, affinity: 1000 }\n");
        for (String key : List.of("transport", "relay")) {
            if (options.containsKey(key)) {
                text.append(key).append(": ").append(options.get(key)).append('\n');
            }
        }
        text.append("services:\n");
        fronts.forEach((work, front) -> {
            text.append("  ").append(work.word).append(":\n    listen: ").append(Fronts.text(front))
                    .append("\n    health-check: { type: none }\n");
            if (work.udp()) {
                text.append("    protocol: udp\n");
                text.append(work.responses > 0 ? "    udp: { responses: " + work.responses + " }\n" : "");
            }
            text.append("    servers:\n");
            int number = 0;
            for (InetSocketAddress server : Fronts.servers(situation, work)) {
                text.append("      s").append(++number).append(": { address: ").append(Fronts.text(server))
                        .append(", weight: ").append(weight).append(" }\n");
            }
        });
        return text.toString();
    }
}
