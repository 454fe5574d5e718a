package io.sluice.ringbuffers.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
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

    @Test
    void descriptors_travel_with_a_message_and_mean_the_same_open_files(@TempDir Path directory) throws Exception {
        String path = directory.resolve("s").toString();
        int listening = socket();
        Errno.check(UnixSockets.bind(listening, path), "bind");
        Errno.check(Sockets.listen(listening, 1), "listen");
        int sender = socket();
        Errno.check(UnixSockets.connect(sender, path), "connect");
        try (SocketAddress peer = new SocketAddress(); Memory memory = new Memory(64)) {
            int receiver = Errno.check(Sockets.accept4(listening, peer, Sockets.SOCK_CLOEXEC), "accept");
            Errno.check(Pipes.pipe2(memory.address(), Pipes.O_CLOEXEC), "pipe");
            int readEnd = memory.intAt(0);
            int writeEnd = memory.intAt(4);
            List<Integer> many = Collections.nCopies(UnixSockets.MAX_DESCRIPTORS, writeEnd);
            assertThat(UnixSockets.send(sender, bytes("alone"), List.of())).isEqualTo(5);
            assertThat(UnixSockets.send(sender, bytes("with"), many)).isEqualTo(4);
            Files.close(sender);

            var alone = UnixSockets.receive(receiver, 1000);
            assertThat(alone.bytes()).asString(StandardCharsets.UTF_8).isEqualTo("alone");
            assertThat(alone.descriptors()).isEmpty();
            var with = UnixSockets.receive(receiver, 1000);
            assertThat(with.bytes()).asString(StandardCharsets.UTF_8).isEqualTo("with");
            assertThat(with.descriptors()).hasSize(UnixSockets.MAX_DESCRIPTORS).doesNotHaveDuplicates()
                    .doesNotContain(writeEnd);
            assertThat(UnixSockets.receive(receiver, 1000).result()).isZero();

            Files.close(writeEnd);
            assertThat(Files.write(with.descriptors().getLast(), memory.address(), 7)).isEqualTo(7);
            assertThat(Files.read(readEnd, memory.address() + 16, 16)).isEqualTo(7);
            with.descriptors().forEach(Files::close);
            assertThat(Files.read(readEnd, memory.address(), 16)).isZero(); // nobody has the write end any more
            Files.close(readEnd);
            Files.close(receiver);
        } finally {
            Files.close(listening);
        }
    }

    @Test
    void a_duplicate_shares_what_was_set_on_the_first(@TempDir Path directory) throws Exception {
        int fd = socket();
        int other = Errno.check(Files.duplicate(fd), "dup");
        Errno.check(UnixSockets.bind(fd, directory.resolve("d").toString()), "bind");
        Errno.check(Sockets.listen(other, 1), "listen");
        Errno.check(Files.setNonBlocking(fd), "fcntl");
        try (SocketAddress peer = new SocketAddress()) {
            assertThat(Sockets.accept4(other, peer, 0)).isEqualTo(-Errno.EAGAIN);
        } finally {
            Files.close(fd);
            Files.close(other);
        }
    }

    private static int socket() throws Exception {
        return Errno.check(Sockets.socket(UnixSockets.AF_UNIX, UnixSockets.SOCK_SEQPACKET | Sockets.SOCK_CLOEXEC, 0),
                "socket");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
