package io.sluice.ringbuffers.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyscallTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void accepts_sends_and_splices_over_a_real_connection(String ip) throws Exception {
        InetAddress address = InetAddress.getByName(ip);
        try (SocketAddress local = new SocketAddress();
                SocketAddress peer = new SocketAddress();
                Memory memory = new Memory(4096)) {
            local.set(new InetSocketAddress(address, 0));
            int listener = Errno
                    .check(Sockets.socket(local.family(), Sockets.SOCK_STREAM | Sockets.SOCK_CLOEXEC, 0), "socket");
            Errno.check(Sockets.bind(listener, local), "bind");
            Errno.check(Sockets.listen(listener, 16), "listen");
            Errno.check(Sockets.getsockname(listener, local), "getsockname");
            try (Socket client = new Socket(address, local.port())) {
                int fd = Errno.check(Sockets.accept4(listener, peer, Sockets.SOCK_NONBLOCK), "accept4");
                assertThat(peer.toInetSocketAddress())
                        .isEqualTo(new InetSocketAddress(client.getLocalAddress(), client.getLocalPort()));
                assertThat(Sockets.recv(fd, memory.address(), 100, 0)).isEqualTo(-Errno.EAGAIN);

                client.getOutputStream().write("spliced".getBytes(StandardCharsets.US_ASCII));
                Errno.check(Pipes.pipe2(memory.address(), Pipes.O_NONBLOCK | Pipes.O_CLOEXEC), "pipe2");
                int readEnd = memory.intAt(0);
                int writeEnd = memory.intAt(4);
                assertThat(Pipes.setPipeSize(writeEnd, 1 << 20)).isEqualTo(1 << 20);
                int spliced;
                do {
                    spliced = Pipes.splice(fd, writeEnd, 1 << 20, Pipes.SPLICE_F_NONBLOCK);
                } while (spliced == -Errno.EAGAIN);
                assertThat(spliced).isEqualTo(7);
                assertThat(Pipes.splice(readEnd, fd, 1 << 20, Pipes.SPLICE_F_NONBLOCK)).isEqualTo(7);
                assertThat(client.getInputStream().readNBytes(7)).asString(StandardCharsets.US_ASCII)
                        .isEqualTo("spliced");

                Sockets.resetOnClose(fd);
                assertThat(Files.close(fd)).isZero();
                Files.close(readEnd);
                Files.close(writeEnd);
            }
            Files.close(listener);
        }
    }

    @Test
    void errors_carry_their_kernel_name() throws Exception {
        try (SocketAddress nobody = new SocketAddress(); Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress("127.0.0.1", 0)); // and does not listen, and keeps others from it
            nobody.set((InetSocketAddress) bound.getLocalSocketAddress());
            int fd = Sockets.socket(SocketAddress.AF_INET, Sockets.SOCK_STREAM, 0);
            int result = Sockets.connect(fd, nobody);
            assertThat(result).isEqualTo(-Errno.ECONNREFUSED);
            assertThat(Errno.describe(result)).startsWith("ECONNREFUSED");
            Files.close(fd);
        }
    }

    @Test
    void addresses_round_trip_through_their_128_bit_form() throws Exception {
        for (String text : new String[]{"192.168.94.100", "0.0.0.0", "255.255.255.255", "2001:db8::7", "::", "::1"}) {
            InetAddress address = InetAddress.getByName(text);
            try (SocketAddress native1 = new SocketAddress()) {
                native1.set(new InetSocketAddress(address, 65535));
                assertThat(native1.toInetSocketAddress()).isEqualTo(new InetSocketAddress(address, 65535));
                assertThat(native1.endpoint()).isEqualTo(new Endpoint(Ip.parse(text), 65535));
            }
        }
    }
}
