package io.sluice.perftests.contender;

import io.sluice.perftests.host.Leftovers;
import io.sluice.perftests.host.ProcessUsage;
import io.sluice.perftests.net.InNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A contender's program: one process tree at the balancer's place, pinned, with its output in a file. */
final class Program implements Running {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(15);

    private final String name;
    private final Process process;
    private final Path log;
    private final Map<Work, InetSocketAddress> fronts;
    private final @Nullable Path jvmLog;

    private Program(String name, Process process, Path log, Map<Work, InetSocketAddress> fronts,
            @Nullable Path jvmLog) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.fronts = Map.copyOf(fronts);
        this.jvmLog = jvmLog;
    }

    /** Starts the command and waits until every TCP front accepts. */
    static Program start(String name, Situation situation, List<String> command, Map<String, String> environment,
            Map<Work, InetSocketAddress> fronts,
            @Nullable Path jvmLog) throws IOException {
        List<String> whole = new ArrayList<>(situation.topology().atBalancer());
        whole.addAll(List.of("taskset", "-c", situation.cpuList()));
        whole.addAll(command);
        Path log = situation.folder().resolve(name.replaceAll("[^a-zA-Z0-9-]", "_") + ".log");
        ProcessBuilder builder = new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(log.toFile())
                .directory(situation.folder().toFile());
        builder.environment().putAll(environment);
        Program program = new Program(name, builder.start(), log, fronts, jvmLog);
        Leftovers.add(program);
        try {
            program.awaitFronts(situation.topology());
        } catch (IOException e) {
            program.close();
            throw e;
        }
        return program;
    }

    private void awaitFronts(Topology topology) throws IOException {
        long deadlineNs = System.nanoTime() + START.toNanos();
        for (Map.Entry<Work, InetSocketAddress> front : fronts.entrySet()) {
            while (!front.getKey().udp() && !accepts(topology, front.getValue())) {
                if (!process.isAlive()) {
                    throw new IOException(
                            name + " ended while it started (exit code " + process.exitValue() + "):\n" + lastWords());
                }
                if (System.nanoTime() > deadlineNs) {
                    throw new IOException(name + " does not accept on " + front.getValue() + " after "
                            + START.toSeconds() + " s:\n" + lastWords());
                }
                try {
                    Thread.sleep(20);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted while " + name + " started", e);
                }
            }
        }
    }

    private static boolean accepts(Topology topology, InetSocketAddress address) {
        return InNamespace.call(topology.clientNamespace(), () -> {
            try (Socket socket = new Socket()) {
                socket.connect(address, 1_000);
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }

    long pid() {
        return process.pid();
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    @Override
    public InetSocketAddress front(Work work) {
        InetSocketAddress front = fronts.get(work);
        if (front == null) {
            throw new IllegalArgumentException(name + " does not carry " + work.word);
        }
        return front;
    }

    @Override
    public Optional<ProcessUsage> usage() {
        return Optional.of(ProcessUsage.ofTree(process.pid()));
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.of(process.toHandle());
    }

    @Override
    public Optional<Path> jvmLog() {
        return Optional.ofNullable(jvmLog);
    }

    /** Kills: a peer's graceful stop would wait for connections that nobody closes. */
    @Override
    public void close() throws IOException {
        Leftovers.closed(this);
        List<ProcessHandle> tree = new ArrayList<>(process.descendants().toList());
        tree.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(name + " (process " + process.pid() + ") does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
