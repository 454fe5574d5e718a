package io.sluice.testbed.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testbed.UdpClients;
import io.sluice.testbed.faults.Diary.Window;
import io.sluice.testbed.faults.FaultSchedule.Step;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One schedule, carried out on one daemon under load. One thread runs it, one more each lane of faults. */
public final class FaultRun {
    private static final int STREAMS = 8;
    private static final int STALLED = 20;
    private static final int FLOOD_BATCH = 1_000;
    private static final int SOURCES = 50_000;
    private static final int SOURCES_BEYOND_MEMORY = 150_000;
    private static final long RECOVERS_WITHIN_MS = 60_000;
    private static final long LOOK_MS = 100;
    private static final int ANSWERS_AT_LAST = 50;

    private final FaultSchedule schedule;
    private final FaultTarget target;
    private final List<Backend> backends;
    private final Diary diary = new Diary();

    /** @param backends the servers of both services */
    public FaultRun(FaultSchedule schedule, FaultTarget target, List<Backend> backends) {
        this.schedule = schedule;
        this.target = target;
        this.backends = List.copyOf(backends);
    }

    /** Runs to its end, and asserts that nobody lost a byte that no fault touched, hung, or was let down in silence. */
    public void run() throws Exception {
        long beganNs = System.nanoTime();
        try (SteadyStreams streams = new SteadyStreams(target.tcpPort(), STREAMS, diary);
                ShortClients clients = new ShortClients(target, diary)) {
            List<Thread> lanes = new ArrayList<>();
            for (Fault.Lane lane : Fault.Lane.values()) {
                lanes.add(Thread.ofPlatform().name("faults-" + lane).daemon().start(() -> carryOut(lane, beganNs)));
            }
            for (Thread lane : lanes) {
                lane.join();
            }
            awaitProgress(streams, clients);
            streams.finish();
        }
        List<String> verdict = diary.verdict(target.log());
        assertThat(verdict).as("%s%n%s%nlog:%n%s", schedule, diary, target.log().told()).isEmpty();
    }

    /** Whatever there was, it goes on afterwards. */
    private void awaitProgress(SteadyStreams streams, ShortClients clients) throws InterruptedException {
        long served = clients.served();
        long bytes = streams.bytes();
        for (long waitedMs = 0; waitedMs < RECOVERS_WITHIN_MS; waitedMs += LOOK_MS) {
            if (clients.served() - served > ANSWERS_AT_LAST && streams.bytes() > bytes) {
                return;
            }
            Thread.sleep(LOOK_MS);
        }
        diary.wrong("it does not recover: %d answers and %d bytes in %d ms after the last fault".formatted(
                clients.served() - served, streams.bytes() - bytes, RECOVERS_WITHIN_MS));
    }

    private void carryOut(Fault.Lane lane, long beganNs) {
        for (Step step : schedule.of(lane)) {
            try {
                long waitNs = beganNs + TimeUnit.MILLISECONDS.toNanos(step.beginsMs()) - System.nanoTime();
                TimeUnit.NANOSECONDS.sleep(Math.max(0, waitNs));
                carryOut(step);
            } catch (InterruptedException e) {
                return;
            } catch (Exception | AssertionError e) {
                diary.wrong(step.fault() + " could not be carried out: " + e);
            }
        }
    }

    private void carryOut(Step step) throws Exception {
        Backend backend = backends.get(step.variant() % backends.size());
        Window window = diary.begins(step.fault(), step.fault() == Fault.SERVER_DEATH ? backend.name : null);
        try {
            switch (step.fault()) {
                case KILL -> target.killAndStart();
                case STOP -> {
                    kill("STOP");
                    last(step);
                    kill("CONT");
                }
                case UPGRADE -> upgrade(window);
                case NO_DESCRIPTORS -> {
                    String allowed = descriptorsAllowed();
                    limitDescriptors(Long.toString(open()));
                    last(step);
                    limitDescriptors(allowed);
                }
                case RELOAD -> {
                    if (!target.reload(step.variant()) && !diary.isHindered(window)) {
                        diary.wrong("a reload failed that nothing stood in the way of");
                    }
                }
                case SERVER_DEATH -> {
                    backend.die();
                    last(step);
                    backend.comeAgain();
                }
                case FULL_DISK -> {
                    target.disk().fill();
                    last(step);
                    target.disk().free();
                }
                case LOG_STALL -> {
                    target.log().stall(true);
                    last(step);
                    target.log().stall(false);
                }
                case STALLED_CLIENTS -> stall(step);
                case FLOOD -> flood(step, SOURCES);
                case NO_MEMORY -> flood(step, SOURCES_BEYOND_MEMORY);
            }
        } finally {
            window.end();
        }
    }

    private static void last(Step step) throws InterruptedException {
        Thread.sleep(step.lastsMs());
    }

    // ---- the process ----

    /** Refused is allowed where another fault is in its way; then the old process serves on. */
    private void upgrade(Window window) throws Exception {
        if (!target.upgrade() && !diary.isHindered(window)) {
            diary.wrong("an upgrade failed that nothing stood in the way of");
        }
    }

    private void kill(String signal) throws IOException, InterruptedException {
        run("kill", "-" + signal, Long.toString(target.pid()));
    }

    private long open() throws IOException {
        try (var open = Files.list(Path.of("/proc/" + target.pid() + "/fd"))) {
            return open.count();
        }
    }

    private String descriptorsAllowed() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + target.pid() + "/limits")).stream()
                .filter(line -> line.startsWith("Max open files")).findFirst().orElseThrow().split(" {2,}")[1];
    }

    private void limitDescriptors(String most) throws IOException, InterruptedException {
        run("prlimit", "--pid", Long.toString(target.pid()), "--nofile=" + most + ":");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int exitCode = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exitCode != 0) {
            throw new IOException(String.join(" ", command) + ": exit code " + exitCode);
        }
    }

    // ---- clients ----

    private void stall(Step step) throws IOException, InterruptedException {
        List<SocketChannel> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < STALLED; i++) {
                SocketChannel channel = connected();
                if (channel != null) {
                    stalled.add(channel);
                    channel.configureBlocking(false);
                }
            }
            ByteBuffer block = ByteBuffer.allocateDirect(1 << 16);
            for (long leftMs = step.lastsMs(); leftMs > 0; leftMs -= LOOK_MS) {
                for (SocketChannel channel : stalled) {
                    push(channel, block);
                }
                Thread.sleep(LOOK_MS);
            }
        } finally {
            for (SocketChannel channel : stalled) {
                channel.close();
            }
        }
    }

    private @Nullable SocketChannel connected() {
        try {
            return SocketChannel.open(new InetSocketAddress("127.0.0.1", target.tcpPort()));
        } catch (IOException another) {
            return null; // another fault is in its way
        }
    }

    private static void push(SocketChannel channel, ByteBuffer block) {
        try {
            for (int count = 1; count > 0;) {
                count = channel.write(block.clear());
            }
        } catch (IOException ended) {
            // it was let go of
        }
    }

    private void flood(Step step, int sources) throws IOException, InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(step.lastsMs());
        try (UdpClients clients = new UdpClients(target.udpPort())) {
            for (int sent = 0; sent < sources && System.nanoTime() - endNs < 0; sent += FLOOD_BATCH) {
                clients.flood(sent, sent + FLOOD_BATCH);
                for (int i = 0; i < 10; i++) {
                    comeAndGo();
                }
                Thread.sleep(1);
            }
        }
    }

    private void comeAndGo() {
        try (Socket socket = new Socket("127.0.0.1", target.tcpPort())) {
            socket.setSoLinger(true, 0);
        } catch (IOException another) {
            // another fault is in its way
        }
    }
}
