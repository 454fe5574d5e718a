package io.sluice.program.admin;

import io.sluice.control.api.Control;
import io.sluice.control.config.file.FileReason;
import io.sluice.program.observe.OpenFiles;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code control.sock} in the state directory: lets this user's processes ask and tell the daemon. One virtual thread
 * accepts, one serves each client: a {@link Request} per line in, an {@link Answer} per line out. Of many clients the
 * one that has asked for nothing for longest gives way to the next.
 */
public final class ControlSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
    private static final int MAX_CLIENTS = 64;
    /** Of the descriptors, this part at the most. */
    private static final int SHARE = 32;
    private static final int RETRY_MS = 100;
    private static final long ANSWERS_TAKE_NS = 10_000_000_000L;
    private static final long LOOK_NS = 10_000_000;
    /** Who has just connected is about to ask. */
    private static final long IDLE_NS = 1_000_000_000L;
    private static final long TELL_EVERY_NS = 60_000_000_000L;
    /** sockaddr_un.sun_path holds 108 bytes with the final zero (unix(7)). */
    private static final int MAX_PATH_BYTES = 107;

    private final ServerSocketChannel listening;
    private final Requests requests;
    private final int most = OpenFiles.share(SHARE, MAX_CLIENTS);
    private final AtomicInteger answering = new AtomicInteger();
    private volatile Path path;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final SpareDescriptor spare = new SpareDescriptor();
    private long failureToldNs = System.nanoTime() - TELL_EVERY_NS;

    /** Any thread reads since when it waits, its own writes it. */
    private static final class Client {
        private static final long NEVER = Long.MAX_VALUE;

        private final SocketChannel channel;
        private volatile long idleSinceNs = System.nanoTime();

        Client(SocketChannel channel) {
            this.channel = channel;
        }

        boolean isIdle() {
            return idleSinceNs != NEVER;
        }
    }

    private ControlSocket(ServerSocketChannel listening, Path path, Control control) {
        this.listening = listening;
        this.path = path;
        this.requests = new Requests(control);
    }

    /**
     * Listens, and serves until closed. The state directory must exist.
     *
     * @throws IOException when another daemon answers there, or the socket cannot be made
     */
    public static ControlSocket open(Path stateDirectory, Control control) throws IOException {
        Path path = Wire.socketIn(stateDirectory).toAbsolutePath();
        requireNobodyAnswers(path);
        ControlSocket socket = new ControlSocket(bind(path), path, control);
        Thread.ofVirtual().name("control-accept").start(socket::accept);
        Thread.ofPlatform().name("control-prepare").daemon().start(Requests::prepare);
        return socket;
    }

    public Path path() {
        return path;
    }

    /** Serves at another path from now on; whoever is connected stays so. */
    public void moveTo(Path other) throws IOException {
        Path target = other.toAbsolutePath();
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        path = target;
    }

    @Override
    public void close() {
        quietly(listening);
        awaitAnswers();
        clients.forEach(client -> quietly(client.channel));
        spare.giveUp();
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("control socket {} stays behind: {}; the next start replaces it", path, FileReason.of(e));
        }
    }

    /**
     * Binds in a directory that only this user may enter, narrows the mode, and only then moves the socket to where
     * clients look: at no instant can another user connect, whatever the umask. The move replaces what a killed daemon
     * left.
     */
    private static ServerSocketChannel bind(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IOException("no directory for the control socket: " + path);
        }
        Path nursery = Files.createTempDirectory(parent, ".c",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path born = nursery.resolve("s");
        if (born.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            Files.delete(nursery);
            throw new IOException("the path of the state directory is too long for a Unix socket in it ("
                    + parent + "; the system takes " + MAX_PATH_BYTES
                    + " bytes with the socket's name): set a shorter state-directory");
        }
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listening.bind(UnixDomainSocketAddress.of(born));
            Files.setPosixFilePermissions(born, PosixFilePermissions.fromString("rw-------"));
            Files.move(born, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return listening;
        } catch (IOException e) {
            quietly(listening);
            Files.deleteIfExists(born);
            throw e;
        } finally {
            Files.delete(nursery);
        }
    }

    /** @throws IOException when another daemon answers there, with a sentence for the user */
    public static void requireNobodyAnswers(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException("another daemon answers on " + path + (other.isConnected() ? "" : "?")
                    + ": stop that one, or give this one a state-directory of its own");
        } catch (java.net.SocketException nobody) {
            LOG.debug("replacing {}, left by a daemon that is gone", path);
        }
    }

    private void accept() {
        try {
            while (listening.isOpen()) {
                if (!acceptOne()) {
                    Thread.sleep(RETRY_MS);
                }
            }
        } catch (ClosedChannelException | InterruptedException closed) {
            LOG.debug("control socket {} closed", path);
        }
    }

    /** Answers false where there was no client to be had: out of descriptors, and the spare one is in use. */
    private boolean acceptOne() throws ClosedChannelException {
        try {
            Client client = new Client(listening.accept());
            if (clients.size() >= most) {
                endLongestIdle(0);
            }
            clients.add(client);
            spare.keep();
            Thread.ofVirtual().name("control-client").start(() -> serve(client));
            return true;
        } catch (ClosedChannelException closed) {
            throw closed;
        } catch (IOException e) {
            if (spare.giveUp()) {
                return true;
            }
            endLongestIdle(IDLE_NS);
            if (System.nanoTime() - failureToldNs >= TELL_EVERY_NS) {
                failureToldNs = System.nanoTime();
                LOG.warn("control socket {}: accept failed: {}; it is tried again until it works", path,
                        FileReason.of(e));
            }
            return false;
        }
    }

    private void endLongestIdle(long atLeastNs) {
        long nowNs = System.nanoTime();
        clients.stream().filter(one -> one.isIdle() && nowNs - one.idleSinceNs >= atLeastNs)
                .max(Comparator.comparingLong(one -> nowNs - one.idleSinceNs)).ifPresent(one -> {
                    clients.remove(one);
                    quietly(one.channel);
                });
    }

    private void serve(Client client) {
        try (SocketChannel channel = client.channel) {
            String who = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
            Lines lines = new Lines(channel, Wire.MAX_REQUEST_BYTES);
            for (String line = lines.read(); line != null; line = lines.read()) {
                client.idleSinceNs = Client.NEVER;
                answering.incrementAndGet();
                try {
                    lines.write(Wire.json().writeValueAsString(requests.answer(line, who)));
                } finally {
                    answering.decrementAndGet();
                }
                client.idleSinceNs = System.nanoTime();
            }
        } catch (Lines.LineTooLong e) {
            LOG.warn("control socket {}: client dropped: {}", path, e.getMessage());
        } catch (IOException gone) {
            LOG.debug("control socket {}: client gone: {}", path, gone.toString());
        } catch (OutOfMemoryError | LinkageError failure) {
            LOG.error("control socket {}: a client is not answered: {}", path, failure instanceof OutOfMemoryError
                    ? "no memory is left"
                    : "a part of this program cannot be loaded, a restart would help");
        } finally {
            clients.remove(client);
            spare.keep();
        }
    }

    /** Whoever asked for what ends this daemon, an upgrade say, is to hear what became of it. */
    private void awaitAnswers() {
        long deadlineNs = System.nanoTime() + ANSWERS_TAKE_NS;
        while (answering.get() > 0 && System.nanoTime() - deadlineNs < 0) {
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    private static void quietly(java.nio.channels.Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing {}", channel, e);
        }
    }
}
