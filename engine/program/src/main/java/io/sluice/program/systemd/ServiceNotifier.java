package io.sluice.program.systemd;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.Sockets;
import io.sluice.ringbuffers.syscall.UnixSockets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the daemon is (sd_notify(3)): one datagram of {@code NAME=value} lines to the socket that
 * NOTIFY_SOCKET names. Does nothing where that is not set. Any thread of the control plane.
 */
public final class ServiceNotifier {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceNotifier.class);

    private final @Nullable String socket;

    private ServiceNotifier(@Nullable String socket) {
        this.socket = socket;
    }

    /** @param environment the process's own, {@link System#getenv()} */
    public static ServiceNotifier of(Map<String, String> environment) {
        String socket = environment.get("NOTIFY_SOCKET");
        // other forms (vsock:...) are for virtual machines' own init
        return new ServiceNotifier(socket != null && (socket.startsWith("/") || socket.startsWith("@"))
                ? socket
                : null);
    }

    /** Every listener accepts; also ends what {@link #reloading} began. */
    public boolean ready(String status) {
        return send("READY=1\nSTATUS=" + oneLine(status));
    }

    /** A reload begins. With Type=notify-reload systemd waits for the next {@link #ready}. */
    public boolean reloading() {
        // System.nanoTime is CLOCK_MONOTONIC on Linux, which is what systemd compares with
        return send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
    }

    /** The daemon drains and will end. */
    public boolean stopping(String status) {
        return send("STOPPING=1\nSTATUS=" + oneLine(status));
    }

    /** Another process is the daemon from now on (hitless upgrade); it must be a child of systemd's unit. */
    public boolean mainProcess(long pid) {
        return send("MAINPID=" + pid);
    }

    /** Starting or stopping takes this much longer than the unit allows, from now on. */
    public boolean extendTimeout(Duration longer) {
        return send("EXTEND_TIMEOUT_USEC=" + longer.toNanos() / 1000);
    }

    /** The daemon is alive ({@link Watchdog}). */
    boolean alive() {
        return send("WATCHDOG=1");
    }

    private boolean send(String message) {
        String name = socket;
        if (name == null) {
            return false;
        }
        int fd = Sockets.socket(UnixSockets.AF_UNIX, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
        int result = fd;
        if (fd >= 0) {
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            try (Memory memory = Memory.ofThisThread(bytes.length)) {
                memory.put(0, bytes);
                result = UnixSockets.connect(fd, name);
                if (result >= 0) {
                    result = Sockets.send(fd, memory.address(), bytes.length, Sockets.MSG_NOSIGNAL);
                }
            } finally {
                Files.close(fd);
            }
        }
        if (result < 0) {
            LOG.warn("cannot tell the service manager at {} '{}': {}", name, message.lines().findFirst().orElse(""),
                    Errno.describe(result));
        }
        return result >= 0;
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ');
    }
}
