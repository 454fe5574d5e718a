package io.sluice.program.admin;

import io.sluice.control.api.Request;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** The other end of {@link ControlSocket}, in another process. One thread. */
public final class ControlClient implements AutoCloseable {
    private static final long HANDING_OVER_TAKES_NS = 5_000_000_000L;
    private static final long LOOK_NS = 20_000_000;

    private final Path path;
    private final SocketChannel channel;
    private final Lines lines;
    private final Duration patience;

    private ControlClient(Path path, SocketChannel channel, Duration patience) {
        this.path = path;
        this.channel = channel;
        this.lines = new Lines(channel, Wire.MAX_ANSWER_BYTES);
        this.patience = patience;
    }

    /**
     * Connects.
     *
     * @param patience how long an answer may take
     * @throws Unreachable when no daemon can be talked to there; says why
     */
    public static ControlClient connect(Path stateDirectory, Duration patience) throws Unreachable {
        Path path = Wire.socketIn(stateDirectory);
        long deadlineNs = System.nanoTime() + Math.min(HANDING_OVER_TAKES_NS, patience.toNanos());
        while (Files.notExists(path) && isHandedOver(stateDirectory) && System.nanoTime() - deadlineNs < 0) {
            LockSupport.parkNanos(LOOK_NS);
        }
        return connectTo(path, patience);
    }

    /** Whether a process has put its socket aside for the next one and still lives: an upgrade, most likely. */
    private static boolean isHandedOver(Path stateDirectory) {
        try (DirectoryStream<Path> aside = Files.newDirectoryStream(stateDirectory, "control-*.sock")) {
            for (Path socket : aside) {
                String pid = socket.getFileName().toString().replaceAll("[^0-9]", "");
                if (!pid.isEmpty() && ProcessHandle.of(Long.parseLong(pid)).isPresent()) {
                    return true;
                }
            }
        } catch (IOException | NumberFormatException unknown) {
            return false;
        }
        return false;
    }

    /** The same to a socket that lies elsewhere. */
    public static ControlClient connectTo(Path path, Duration patience) throws Unreachable {
        try {
            return new ControlClient(path, SocketChannel.open(UnixDomainSocketAddress.of(path)), patience);
        } catch (SocketException e) {
            throw new Unreachable(reason(path, e), nobodyThere(path, e));
        } catch (IOException e) {
            throw new Unreachable(path + ": " + e.getMessage());
        }
    }

    /**
     * Asks and waits for the answer.
     *
     * @throws Unreachable when the daemon goes away meanwhile, or does not answer in time
     */
    public Answer ask(Request request) throws Unreachable {
        var answer = new CompletableFuture<Answer>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(exchange(request));
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new Unreachable(
                    path + ": " + (e.getCause() instanceof IOException gone ? gone.getMessage() : e.getCause()));
        } catch (TimeoutException e) {
            throw new Unreachable(path + ": connected, but no answer within " + patience.toSeconds()
                    + " s; the daemon hangs or is very busy ('sluice status' does not need its answer)");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unreachable(path + ": interrupted while waiting for the answer");
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Answer exchange(Request request) throws IOException {
        lines.write(Wire.json().writerFor(Request.class).writeValueAsString(request));
        String line = lines.read();
        if (line == null) {
            throw new IOException("the daemon closed the connection without an answer; it is stopping, or has "
                    + "as many clients as it takes");
        }
        return Wire.json().readValue(line, Answer.class);
    }

    private static boolean nobodyThere(Path path, SocketException e) {
        return Files.notExists(path) || String.valueOf(e.getMessage()).contains("refused");
    }

    private static String reason(Path path, SocketException e) {
        if (Files.isDirectory(path.getParent() == null ? path : path.getParent())
                && Files.notExists(path)) {
            return path + ": no such socket";
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains("refused")) {
            return path + ": nobody listens; the daemon was killed or is still starting";
        }
        if (message.contains("Permission denied")) {
            return path + ": permission denied; it belongs to the user that runs the daemon: use sudo, or that user";
        }
        return path + ": " + message;
    }

    /** No daemon to talk to; the message says where and why. */
    public static final class Unreachable extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean nobodyThere;

        Unreachable(String message) {
            this(message, false);
        }

        Unreachable(String message, boolean nobodyThere) {
            super(message);
            this.nobodyThere = nobodyThere;
        }

        /** No daemon runs there, as opposed to one that does not answer or may not be asked. */
        public boolean nobodyThere() {
            return nobodyThere;
        }

        /** Where and why. */
        public String text() {
            String message = getMessage();
            return message == null ? "" : message;
        }
    }
}
