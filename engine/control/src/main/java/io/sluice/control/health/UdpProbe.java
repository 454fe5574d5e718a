package io.sluice.control.health;

import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.health.dialogue.Excerpt;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.PortUnreachableException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A datagram is answered; silence fails unless the configuration accepts it. */
final class UdpProbe implements Probe {
    private static final int LARGEST_BYTES = 65_535;

    private final HealthCheck.Udp check;
    private final Endpoint to;
    private final @Nullable Ip source;
    private final byte[] request;

    UdpProbe(HealthCheck.Udp check, Endpoint to, @Nullable Ip source) {
        this.check = check;
        this.to = to;
        this.source = source;
        request = check.send().toArray();
    }

    @Override
    public String subject() {
        return "UDP probe of " + to;
    }

    @Override
    public Outcome run(Attempt attempt) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            attempt.atDeadline(socket::close);
            attempt.await("answer");
            if (source != null) {
                socket.bind(new Endpoint(source, 0).toInetSocketAddress());
            }
            socket.connect(to.toInetSocketAddress()); // so that only its answers and its ICMP errors arrive
            if (to.toInetSocketAddress().equals(socket.getLocalSocketAddress())) {
                // nobody has that port, and the kernel chose it as ours: we would hear ourselves
                throw new PortUnreachableException();
            }
            socket.send(new DatagramPacket(request, request.length));
            byte[] answer = new byte[LARGEST_BYTES];
            var packet = new DatagramPacket(answer, answer.length);
            socket.receive(packet);
            return judged(answer, packet.getLength());
        } catch (PortUnreachableException nobody) {
            throw nobody;
        } catch (IOException failure) {
            if (attempt.expired() && check.acceptSilence()) {
                return Outcome
                        .passed("silence, which accept-silence counts as healthy: no answer and no ICMP error, though"
                                + " a closed port is silent as well while its host has told of others (icmp_ratelimit)");
            }
            throw failure;
        }
    }

    private Outcome judged(byte[] answer, int lengthBytes) {
        Bytes expect = check.expect();
        if (expect == null) {
            return Outcome.passed("answered " + lengthBytes + " bytes");
        }
        if (contains(answer, lengthBytes, expect.toArray())) {
            return Outcome.passed("answered " + lengthBytes + " bytes with what is expected");
        }
        return Outcome.failed("answered " + lengthBytes + " bytes without " + Excerpt.of(expect.toArray()) + ": "
                + Excerpt.of(Arrays.copyOf(answer, lengthBytes)));
    }

    private static boolean contains(byte[] answer, int lengthBytes, byte[] part) {
        for (int at = 0; at + part.length <= lengthBytes; at++) {
            if (Arrays.equals(answer, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }
}
