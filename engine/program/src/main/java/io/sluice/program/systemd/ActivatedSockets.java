package io.sluice.program.systemd;

import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listening sockets that systemd has opened for this process (socket activation, sd_listen_fds(3)): ports below 1024
 * without any capability, and no refused connection while the daemon restarts. Immutable.
 */
public record ActivatedSockets(List<Activated> sockets) {
    private static final Logger LOG = LoggerFactory.getLogger(ActivatedSockets.class);
    /** SD_LISTEN_FDS_START. */
    private static final int FIRST = 3;
    private static final int SO_TYPE = 3;

    /**
     * One socket.
     *
     * @param name FileDescriptorName= of the socket unit, by default the unit's name
     * @param stream TCP; otherwise UDP
     */
    public record Activated(int fd, String name, Endpoint address, boolean stream) {
    }

    public ActivatedSockets {
        sockets = List.copyOf(sockets);
    }

    /**
     * @param environment the process's own, {@link System#getenv()}
     * @param pid of this process; sockets meant for another are not touched
     */
    public static ActivatedSockets of(Map<String, String> environment, long pid) {
        List<Activated> found = new ArrayList<>();
        String count = environment.getOrDefault("LISTEN_FDS", "");
        if (Long.toString(pid).equals(environment.get("LISTEN_PID")) && count.matches("\\d{1,4}")) {
            String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
            for (int i = 0; i < Integer.parseInt(count); i++) {
                String name = i < names.length && !names[i].isEmpty() ? names[i] : "unknown";
                describe(FIRST + i, name).ifPresent(found::add);
            }
        }
        return new ActivatedSockets(found);
    }

    /** What a descriptor is; empty where it is no TCP or UDP socket. */
    public static Optional<Activated> describe(int fd, String name) {
        try (SocketAddress address = new SocketAddress()) {
            int result = Sockets.getsockname(fd, address);
            int type = Sockets.getsockopt(fd, Sockets.SOL_SOCKET, SO_TYPE);
            boolean internet = address.family() == SocketAddress.AF_INET
                    || address.family() == SocketAddress.AF_INET6;
            if (result < 0 || type < 0 || !internet) {
                LOG.warn("socket {} ('{}') is not used: {}", fd, name, result < 0
                        ? Errno.describe(result)
                        : "neither TCP nor UDP over IP");
                return Optional.empty();
            }
            return Optional.of(new Activated(fd, name, address.endpoint(), type == Sockets.SOCK_STREAM));
        }
    }
}
