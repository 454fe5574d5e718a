package io.sluice.program.systemd;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.Sockets;
import io.sluice.ringbuffers.syscall.UnixSockets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Stands for systemd: receives what a service says. One thread. */
final class NotifySocket implements AutoCloseable {
    private final String name;
    private final int fd;

    NotifySocket(String name) throws IOException {
        this.name = name;
        fd = Errno.check(Sockets.socket(UnixSockets.AF_UNIX, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0), "socket");
        Errno.check(UnixSockets.bind(fd, name), "bind " + name);
    }

    Map<String, String> environment() {
        return Map.of("NOTIFY_SOCKET", name);
    }

    /** Everything that has come so far. */
    List<String> received() {
        List<String> messages = new ArrayList<>();
        try (Memory memory = new Memory(4096)) {
            int length = Sockets.recv(fd, memory.address(), 4096, Sockets.MSG_DONTWAIT);
            while (length > 0) {
                byte[] bytes = new byte[length];
                memory.get(0, bytes);
                messages.add(new String(bytes, StandardCharsets.UTF_8));
                length = Sockets.recv(fd, memory.address(), 4096, Sockets.MSG_DONTWAIT);
            }
        }
        return messages;
    }

    @Override
    public void close() {
        Files.close(fd);
    }
}
