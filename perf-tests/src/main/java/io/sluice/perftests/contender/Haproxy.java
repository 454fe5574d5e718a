package io.sluice.perftests.contender;

import io.sluice.perftests.Units;
import io.sluice.perftests.host.Shell;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** HAProxy as a TCP proxy: mode tcp, one thread, splice-auto; `bufsize` may be given. */
final class Haproxy implements Contender {
    private final String name;
    private final int bufferBytes;

    Haproxy(String name, Map<String, String> options) {
        this.name = name;
        bufferBytes = Units.sizeBytes(options.getOrDefault("bufsize", "0"));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String describe() {
        try {
            String version = Shell.run("haproxy", "-v").lines().findFirst().orElse("haproxy").replaceFirst(" - http.*",
                    "");
            return version + ", mode tcp, 1 thread, splice-auto"
                    + (bufferBytes > 0 ? ", tune.bufsize " + bufferBytes : "");
        } catch (IOException e) {
            return "HAProxy (not installed)";
        }
    }

    @Override
    public Optional<String> missing(Topology topology) {
        return Absent.unlessOnPath("haproxy", "haproxy");
    }

    @Override
    public boolean carries(Work work) {
        return !work.udp();
    }

    @Override
    public Running start(Situation situation) throws IOException {
        Map<Work, InetSocketAddress> fronts = new EnumMap<>(Work.class);
        StringBuilder text = new StringBuilder("""
                global
                  nbthread 1
                """);
        if (bufferBytes > 0) {
            text.append("  tune.bufsize ").append(bufferBytes).append('\n');
        }
        text.append("""
                defaults
                  mode tcp
                  option splice-auto
                  timeout connect 5s
                  timeout client 1h
                  timeout server 1h
                """);
        for (Work work : Work.values()) {
            if (carries(work)) {
                InetSocketAddress front = Fronts.free(situation, work);
                fronts.put(work, front);
                text.append("listen ").append(work.word).append("\n  bind ").append(Fronts.text(front)).append('\n');
                int number = 0;
                for (InetSocketAddress server : Fronts.servers(situation, work)) {
                    text.append("  server s").append(++number).append(' ').append(Fronts.text(server)).append('\n');
                }
            }
        }
        Path file = situation.folder().resolve("haproxy.cfg");
        Files.writeString(file, text);
        return Program.start(name, situation, List.of("haproxy", "-db", "-q", "-f", file.toString()), Map.of(), fronts,
                null);
    }
}
