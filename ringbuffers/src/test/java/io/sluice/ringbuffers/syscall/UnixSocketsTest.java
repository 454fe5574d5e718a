package io.sluice.ringbuffers.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketsTest {
    @Test
    void a_datagram_reaches_a_path_in_the_file_system(@TempDir Path directory) throws Exception {
        datagram(directory.resolve("socket").toString());
    }

    @Test
    void a_datagram_reaches_an_abstract_name() throws Exception {
        datagram("@sluice-test-" + ProcessHandle.current().pid());
    }

    @Test
    void nobody_there_and_names_too_long_are_told_by_errno(@TempDir Path directory) throws Exception {
        int fd = Errno.check(Sockets.socket(UnixSockets.AF_UNIX, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0),
                "socket");
        assertThat(UnixSockets.connect(fd, directory.resolve("nobody").toString())).isEqualTo(-Errno.ENOENT);
        assertThat(UnixSockets.connect(fd, "@sluice-nobody-" + ProcessHandle.current().pid()))
                .isEqualTo(-Errno.ECONNREFUSED);
        assertThat(UnixSockets.connect(fd, "/" + "x".repeat(107))).isEqualTo(-Errno.EINVAL);
        assertThat(UnixSockets.connect(fd, "")).isEqualTo(-Errno.EINVAL);
        Files.close(fd);
    }

    private static void datagram(String name) throws Exception {
        int receiver = Errno.check(Sockets.socket(UnixSockets.AF_UNIX, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0),
                "socket");
        int sender = Errno.check(Sockets.socket(UnixSockets.AF_UNIX, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0),
                "socket");
        try (Memory memory = new Memory(256)) {
            Errno.check(UnixSockets.bind(receiver, name), "bind");
            Errno.check(UnixSockets.connect(sender, name), "connect");
            memory.put(0, "READY=1".getBytes(StandardCharsets.UTF_8));
            assertThat(Sockets.send(sender, memory.address(), 7, Sockets.MSG_NOSIGNAL)).isEqualTo(7);
            assertThat(Sockets.recv(receiver, memory.address() + 100, 100, Sockets.MSG_DONTWAIT)).isEqualTo(7);
            byte[] received = new byte[7];
            memory.get(100, received);
            assertThat(received).asString(StandardCharsets.UTF_8).isEqualTo("READY=1");
        } finally {
            Files.close(receiver);
            Files.close(sender);
        }
    }
}
