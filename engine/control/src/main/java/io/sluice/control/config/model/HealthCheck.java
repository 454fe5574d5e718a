package io.sluice.control.config.model;

import io.sluice.ringbuffers.ip.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a service finds out whether a real server is up. */
public sealed interface HealthCheck {
    /** When to ask, and how many answers in a row change the state. */
    Timing timing();

    /** The port to ask; 0 means the real server's own. */
    int port();

    /**
     * @param interval from the start of one check to the start of the next
     * @param timeout after which an unanswered check counts as failed
     * @param rise successes in a row that take a server up
     * @param fall failures in a row that take it down
     */
    record Timing(Duration interval, Duration timeout, int rise, int fall) {
        public static final Timing STANDARD = new Timing(Duration.ofSeconds(2), Duration.ofSeconds(1), 2, 3);
    }

    /**
     * A TCP connection can be established.
     *
     * @param end how the check takes leave of the server
     */
    record Connect(int port, End end, Timing timing) implements HealthCheck {
        /** How a connection that was only a question ends. */
        public enum End implements Word {
            /** RST at once: servers do not count it as a client that failed. */
            RESET,
            /** FIN: the server accepts the connection and reads its end. */
            CLOSE
        }

        /** One that ends by a reset. */
        public Connect(int port, Timing timing) {
            this(port, End.RESET, timing);
        }
    }

    /** The address answers an ICMP echo request. */
    record Ping(Timing timing) implements HealthCheck {
        @Override
        public int port() {
            return 0;
        }
    }

    /**
     * A GET is answered as expected.
     *
     * @param tls https rather than http
     * @param host Host header and, with tls, SNI; null: the real server's address
     * @param expect text that the body must contain; null: any body
     * @param expectStatus status codes that count as healthy
     * @param verifyCertificate whether the server's certificate must be valid (tls only)
     * @param caFile PEM certificates to trust instead of the JDK's; null: the JDK's
     */
    record Http(boolean tls, int port, String path, @Nullable String host, @Nullable String expect,
            List<IntRange> expectStatus, boolean verifyCertificate, @Nullable Path caFile, Timing timing)
            implements
                HealthCheck {
        /** 200 to 399. */
        public static final List<IntRange> STANDARD_STATUS = List.of(new IntRange(200, 399));
    }

    /**
     * A datagram is answered.
     *
     * @param expect bytes that the answer must contain; null: any answer
     * @param acceptSilence healthy as well when nothing comes back within the timeout, not even an ICMP error
     */
    record Udp(int port, Bytes send, @Nullable Bytes expect, boolean acceptSilence, Timing timing)
            implements
                HealthCheck {
    }

    /**
     * A program exits with 0.
     *
     * @param command program and arguments, run without a shell
     */
    record Script(List<String> command, int port, Timing timing) implements HealthCheck {
    }

    /** Every server counts as up. */
    record None() implements HealthCheck {
        @Override
        public Timing timing() {
            return Timing.STANDARD;
        }

        @Override
        public int port() {
            return 0;
        }
    }

    /** Where to send the check for a server of this service. */
    default Endpoint target(ServiceConfiguration service, ServerConfiguration server) {
        int own = server.target(service.listens().getFirst().ports().first()).port();
        return new Endpoint(server.address().address(), port() != 0 ? port() : own);
    }
}
