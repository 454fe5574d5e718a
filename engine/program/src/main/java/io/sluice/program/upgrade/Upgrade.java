package io.sluice.program.upgrade;

import io.sluice.control.api.InheritedSockets;
import io.sluice.control.api.Outcome;
import io.sluice.program.build.ExitCode;
import io.sluice.program.upgrade.HandoverChannel.Message;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.UnixSockets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The former process's side of a hitless upgrade: starts the next one, hands it the listening sockets and gives way
 * once it is prepared. Whatever goes wrong before it serves leaves this process as it was. A thread of its own; any
 * other may ask for it.
 */
public final class Upgrade {
    private static final Logger LOG = LoggerFactory.getLogger(Upgrade.class);
    /** From prepared to serving: milliseconds, unless the machine is overloaded. */
    private static final Duration TAKING_OVER = Duration.ofSeconds(30);

    private final Path stateDirectory;
    private final Path configurationFile;
    private final Departing daemon;
    private final AtomicBoolean underWay = new AtomicBoolean();

    /** A failure of the next process that has a code of its own. */
    private static final class Failed extends IOException {
        private static final long serialVersionUID = 1;
        private final int code;

        Failed(int code, String message) {
            super(message);
            this.code = code;
        }
    }

    public Upgrade(Path stateDirectory, Path configurationFile, Departing daemon) {
        this.stateDirectory = stateDirectory;
        this.configurationFile = configurationFile;
        this.daemon = daemon;
    }

    /**
     * Does it, and returns when the next process serves or has failed.
     *
     * @param program the launcher to start, or null for this one's
     * @param patience how long the next process may take to get prepared
     */
    public Outcome run(@Nullable String program, Duration patience) {
        if (ProcessHandle.current().pid() == 1) {
            return new Outcome.Refused("this daemon is process 1 of its container, which ends with it: start a new"
                    + " container beside this one and move the traffic there");
        }
        if (!underWay.compareAndSet(false, true)) {
            return new Outcome.Refused("an upgrade is under way, or done, already");
        }
        if (daemon.isStopping()) {
            underWay.set(false);
            return new Outcome.Refused("this daemon is stopping: start another one once it has ended");
        }
        var outcome = new CompletableFuture<Outcome>();
        Thread.ofPlatform().name("upgrade").daemon().start(() -> {
            try {
                outcome.complete(attempt(program, patience));
            } catch (RuntimeException | Error bug) {
                outcome.completeExceptionally(bug);
            }
        });
        try {
            Outcome known = outcome.join();
            if (!(known instanceof Outcome.Done)) {
                underWay.set(false);
            }
            return known;
        } catch (CompletionException bug) {
            underWay.set(false);
            LOG.error("upgrade failed", bug.getCause());
            return new Outcome.Refused("internal error: " + bug.getCause() + " (see the log)");
        }
    }

    private Outcome attempt(@Nullable String program, Duration patience) {
        long startNs = System.nanoTime();
        List<Integer> sockets = daemon.shareListeners();
        Process child = null;
        try (HandoverListener doorway = HandoverListener.open(stateDirectory)) {
            Program next = Program.of(program, configurationFile);
            LOG.info("upgrade: starting {}", next.command().getFirst());
            child = next.start(doorway.path());
            HandoverChannel channel = doorway.accept(child, patience); // open until this process ends
            return handOver(channel, child, sockets, patience, startNs);
        } catch (IOException | RuntimeException e) {
            end(child);
            sockets.forEach(Files::close);
            daemon.stay();
            return refusal(e);
        }
    }

    private Outcome handOver(HandoverChannel channel, Process child, List<Integer> sockets, Duration patience,
            long startNs) throws IOException {
        long pid;
        try {
            pid = Long.parseLong(expect(channel, "hello", patience).text());
            send(channel, sockets);
            expect(channel, "prepared", patience);
            if (daemon.isStopping()) {
                throw new IOException("it is not wanted any more");
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        long releasedNs = System.nanoTime();
        try {
            daemon.release();
            channel.send("released");
            daemon.vacate();
            channel.send("vacated");
            long pausedNs = Long.parseLong(expect(channel, "ready", TAKING_OVER).text()) - releasedNs;
            return done(channel, pid, sockets, startNs, pausedNs);
        } catch (IOException | RuntimeException e) {
            channel.close();
            end(child);
            InheritedSockets again = new InheritedSockets();
            sockets.forEach(fd -> Inheritance.add(again, fd));
            daemon.resume(again);
            return refusal(e);
        }
    }

    private static void send(HandoverChannel channel, List<Integer> sockets) {
        try {
            for (int from = 0; from < sockets.size(); from += UnixSockets.MAX_DESCRIPTORS) {
                channel.send("sockets", "", sockets.subList(from,
                        Math.min(sockets.size(), from + UnixSockets.MAX_DESCRIPTORS)));
            }
            channel.send("sent");
        } catch (IOException ended) {
            // it has failed before it wanted them, and has said why
            LOG.debug("upgrade: the new process takes no sockets", ended);
        }
    }

    private Outcome done(HandoverChannel channel, long pid, List<Integer> sockets, long startNs, long pausedNs) {
        sockets.forEach(Files::close);
        String drains = daemon.depart(pid);
        try {
            channel.send("go");
        } catch (IOException gone) {
            LOG.warn("upgrade: pid {} has ended just after it took over", pid);
        }
        LOG.info("upgrade: pid {} serves; this process drains {}", pid, drains);
        return new Outcome.Done("upgraded: pid " + pid + " serves, pid " + ProcessHandle.current().pid() + " drains "
                + drains,
                List.of("took " + millis(System.nanoTime() - startNs) + "; new clients waited "
                        + millis(pausedNs) + " to be accepted"));
    }

    private static String millis(long ns) {
        return String.format(Locale.ROOT, "%.1f ms", ns / 1e6);
    }

    private static Message expect(HandoverChannel channel, String word, Duration patience) throws IOException {
        Message message = channel.receive(patience);
        if (message.word().equals("failed")) {
            int end = message.text().indexOf('\n');
            throw new Failed(Integer.parseInt(message.text().substring(0, end)), message.text().substring(end + 1));
        }
        if (!message.word().equals(word)) {
            throw new IOException("it said '" + message.word() + "' instead of '" + word
                    + "': is it another version's program?");
        }
        return message;
    }

    private Outcome refusal(Exception e) {
        String stays = "the upgrade failed and pid " + ProcessHandle.current().pid()
                + (daemon.isStopping() ? ", which was told to stop meanwhile, drains: " : " goes on serving: ");
        String why = String.valueOf(e.getMessage());
        LOG.error("upgrade: {}", why);
        if (e instanceof Failed failed && failed.code == ExitCode.INVALID_CONFIGURATION) {
            List<String> lines = new ArrayList<>(why.lines().toList());
            return new Outcome.Invalid(stays + "the new process cannot use its configuration", lines);
        }
        return new Outcome.Refused(
                stays + (e instanceof Failed ? "the new process says: " : "the new process: ") + why);
    }

    /** Returns when what it held is free again. The program may be a script that has started the daemon. */
    private static void end(@Nullable Process child) {
        if (child != null) {
            List<ProcessHandle> all = Stream.concat(Stream.of(child.toHandle()), child.descendants()).toList();
            all.forEach(ProcessHandle::destroyForcibly);
            all.forEach(one -> one.onExit().join());
        }
    }
}
