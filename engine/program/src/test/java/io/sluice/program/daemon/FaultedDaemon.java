package io.sluice.program.daemon;

import static org.awaitility.Awaitility.await;

import io.sluice.control.api.Command;
import io.sluice.control.api.Question;
import io.sluice.control.api.Request;
import io.sluice.program.admin.Answer;
import io.sluice.program.admin.ControlClient;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.SmallDisk;
import io.sluice.testbed.faults.Backend;
import io.sluice.testbed.faults.FaultTarget;
import io.sluice.testbed.faults.LogPipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Daemons one after another behind the same addresses; the log is a pipe, the state has a file system to itself. */
final class FaultedDaemon implements FaultTarget, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);
    private static final Pattern SERVES = Pattern.compile("pid (\\d+) serves, pid (\\d+) drains");
    private static final int HEAP_MIB = 64;

    private final Path directory;
    private final String transport;
    private final List<Backend> backends;
    private final int tcpPort = FreePort.next();
    private final int udpPort = FreePort.next();
    private final SmallDisk disk;
    private final LogPipe log;
    private final String classPath;
    private final List<Long> successors = new ArrayList<>();
    private volatile ChildDaemon child;
    private volatile long pid;

    /** @param transport epoll or io_uring */
    FaultedDaemon(Path directory, String transport, List<Backend> backends) throws Exception {
        this.directory = directory;
        this.transport = transport;
        this.backends = backends;
        disk = new SmallDisk(directory.resolve("state"), 160);
        log = new LogPipe(directory.resolve("log"));
        classPath = InstalledClasses.in(Files.createDirectory(directory.resolve("lib")));
        child = start();
        pid = child.pid();
    }

    private ChildDaemon start() throws IOException {
        ChildDaemon started = ChildDaemon.behind(List.of("sh", "-c", "exec \"$@\" 2>" + log.path(), "sh"), directory,
                yaml(0), HEAP_MIB, classPath);
        await().atMost(PATIENCE).until(() -> started.out().startsWith("ready") || !started.isAlive());
        return started;
    }

    private String yaml(int variant) {
        String servers = backends.stream().map(one -> one.name + ": { address: \"127.0.0.1:" + one.port
                + "\", weight: " + (1 + variant % 7) + " }").collect(Collectors.joining(", ", "{ ", " }"));
        return """
                transport: %s
                admin: off
                log: { connections: all }
                tables: { connections: 50000, affinity: 50000 }
                services:
                  tcp:
                    listen: 127.0.0.1:%d
                    health-check: { type: connect, interval: 200ms, timeout: 10s, fall: 2 }
                    servers: %s
                  udp:
                    listen: 127.0.0.1:%d
                    protocol: udp
                    health-check: { type: udp, send: "probe", interval: 200ms, timeout: 5s, fall: 2 }
                    servers: %s
                """.formatted(transport, tcpPort, servers, udpPort, servers);
    }

    @Override
    public int tcpPort() {
        return tcpPort;
    }

    @Override
    public int udpPort() {
        return udpPort;
    }

    @Override
    public SmallDisk disk() {
        return disk;
    }

    @Override
    public LogPipe log() {
        return log;
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public void killAndStart() throws Exception {
        end();
        child = start();
        pid = child.pid();
        if (!child.isAlive()) {
            throw new IOException("it does not start again: exit code " + child.exitCode());
        }
    }

    @Override
    public boolean reload(int variant) throws Exception {
        child.write(yaml(variant));
        try {
            return tell(new Command.Reload(), PATIENCE).kind() == Answer.Kind.DONE;
        } catch (IOException gone) {
            return false;
        }
    }

    @Override
    public boolean upgrade() throws Exception {
        Matcher serves;
        try {
            serves = SERVES.matcher(tell(new Command.Upgrade(null, PATIENCE.toMillis()), PATIENCE.multipliedBy(2))
                    .message());
        } catch (IOException gone) {
            return false;
        }
        if (!serves.find()) {
            return false;
        }
        pid = Long.parseLong(serves.group(1));
        successors.add(pid);
        return true;
    }

    @Override
    public void ask() throws IOException {
        Answer answer = tell(new Question.InForce(), ANSWERS_WITHIN);
        if (answer.kind() != Answer.Kind.VALUE) {
            throw new IOException(answer.toString());
        }
    }

    private Answer tell(Request request, Duration patience) throws IOException {
        try (ControlClient client = ControlClient.connect(directory.resolve("state"), patience)) {
            return client.ask(request);
        } catch (ControlClient.Unreachable gone) {
            throw new IOException(gone.getMessage(), gone);
        }
    }

    private void end() {
        child.close();
        for (long successor : successors) {
            ProcessHandle.of(successor).ifPresent(one -> {
                one.destroyForcibly();
                one.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
            });
        }
        successors.clear();
    }

    @Override
    public void close() throws Exception {
        end();
        log.close();
        disk.close();
    }
}
