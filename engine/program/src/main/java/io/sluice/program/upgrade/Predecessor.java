package io.sluice.program.upgrade;

import io.sluice.control.api.InheritedSockets;
import io.sluice.program.upgrade.HandoverChannel.Message;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The next process's side of a hitless upgrade: what it gets from the one before it, and when it may listen. Should
 * that one die meanwhile, this one goes on: it has the sockets. Main thread; {@link #lives} any.
 */
public final class Predecessor {
    private static final Logger LOG = LoggerFactory.getLogger(Predecessor.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HandoverChannel channel;
    private final InheritedSockets sockets = new InheritedSockets();

    private Predecessor(HandoverChannel channel) {
        this.channel = channel;
    }

    /**
     * The process that started this one to take over from it; null where there is none, or none any more: should it
     * live all the same, it has the state directory, and this process is refused there.
     */
    public static @Nullable Predecessor of(Map<String, String> environment) {
        String path = environment.get(HandoverChannel.VARIABLE);
        if (path == null || path.isEmpty()) {
            return null;
        }
        try {
            Predecessor predecessor = new Predecessor(HandoverChannel.connect(path));
            predecessor.channel.send("hello", Long.toString(ProcessHandle.current().pid()), List.of());
            return predecessor;
        } catch (IOException died) {
            LOG.warn("upgrade: the former process cannot be reached ({}): starting without it", died.getMessage());
            return null;
        }
    }

    /** Its listening sockets; as many as it could hand over, where it died meanwhile. */
    public InheritedSockets sockets() throws IOException {
        try {
            Message message = channel.receive(PATIENCE);
            while (message.word().equals("sockets")) {
                message.descriptors().forEach(fd -> Inheritance.add(sockets, fd));
                message = channel.receive(PATIENCE);
            }
        } catch (EOFException died) {
            LOG.warn("upgrade: the former process has ended before it handed all over; going on without it");
        }
        return sockets;
    }

    /** Everything but listening is done; returns when the former process has stopped to listen. */
    public void prepared() throws IOException {
        try {
            channel.send("prepared");
        } catch (IOException died) {
            LOG.warn("upgrade: the former process has ended ({}); going on without it", died.getMessage());
            return;
        }
        await("released");
    }

    /** Returns when the addresses of its metrics and admin API are free. */
    public void awaitVacated() throws IOException {
        await("vacated");
    }

    /**
     * This process serves.
     *
     * @param sinceNs since when, {@link System#nanoTime()}, which is the machine's monotonic clock in every process
     */
    public void ready(long sinceNs) {
        try {
            channel.send("ready", Long.toString(sinceNs), List.of());
        } catch (IOException gone) {
            LOG.warn("upgrade: the former process has ended: {}", gone.getMessage());
            return;
        }
        try {
            await("go");
        } catch (IOException late) {
            LOG.warn("upgrade: {}; this process serves all the same", late.getMessage());
        }
    }

    /** This process cannot: says why, for whoever asked for the upgrade. */
    public void failed(int exitCode, String text) {
        try {
            channel.send("failed", exitCode + "\n" + text, List.of());
        } catch (IOException gone) {
            LOG.warn("upgrade: the former process cannot be told: {}", gone.getMessage());
        }
    }

    /** Whether it still drains. */
    public boolean lives() {
        return !channel.isOver();
    }

    private void await(String word) throws IOException {
        try {
            String said = channel.receive(PATIENCE).word();
            if (!said.equals(word)) {
                throw new IOException("the former process said '" + said + "' instead of '" + word + "'");
            }
        } catch (EOFException died) {
            LOG.warn("upgrade: the former process has ended before it said '{}'; going on without it", word);
        }
    }
}
