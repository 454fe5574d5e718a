package io.sluice.perftests.contender;

import io.sluice.perftests.host.Shell;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
            String version = Shell.run(launcher.toString(), "version").lines().reduce("sluice", (before, last) -> last);
            StringBuilder text = new StringBuilder(version).append(", 1 worker");
            new java.util.TreeMap<>(options)
                    .forEach((key, value) -> text.append(", ").append(key).append(' ').append(value));
            return text.toString();
        } catch (IOException e) {
            return "Sluice (does not run: " + e.getMessage() + ")";
        }
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
        StringBuilder text = new StringBuilder();
        text.append("workers: 1\nadmin: off\nstate-directory: ").append(folder.resolve("state")).append('\n');
        text.append("tables: { connections: 262144, affinity: 1000 }\n");
        for (String key : List.of("transport", "relay")) {
            if (options.containsKey(key)) {
                text.append(key).append(": ").append(options.get(key)).append('\n');
            }
        }
        text.append("services:\n");
        for (Work work : Work.values()) {
            InetSocketAddress front = Fronts.free(situation, work);
            fronts.put(work, front);
            text.append("  ").append(work.word).append(":\n    listen: ").append(Fronts.text(front))
                    .append("\n    health-check: { type: none }\n");
            if (work.udp()) {
                text.append("    protocol: udp\n");
                text.append(work.responses > 0 ? "    udp: { responses: " + work.responses + " }\n" : "");
            }
            text.append("    servers:\n");
            List<InetSocketAddress> servers = Fronts.servers(situation, work);
            for (int i = 0; i < servers.size(); i++) {
                text.append("      s").append(i + 1).append(": ").append(Fronts.text(servers.get(i))).append('\n');
            }
        }
        Path file = folder.resolve("sluice.yaml");
        Files.writeString(file, text);
        Path jvmLog = folder.resolve("jvm.log");
        List<String> java = new ArrayList<>(
                List.of("-Xlog:gc,safepoint:file=" + jvmLog + ":uptimenanos,tags:filecount=0"));
        if (options.containsKey("java")) {
            java.add(options.get("java"));
        }
        return Program.start(name, situation, List.of(launcher.toString(), "run", "-c", file.toString()),
                Map.of("SLUICE_JAVA_OPTS", String.join(" ", java)), fronts, jvmLog);
    }
}
