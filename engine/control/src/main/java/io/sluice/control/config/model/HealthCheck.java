package io.sluice.control.config.model;

import io.sluice.ringbuffers.ip.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
     * How TLS is spoken with a server.
     *
     * @param verifyCertificate whether its certificate must be valid
     * @param caFile PEM certificates to trust instead of the JDK's; null: the JDK's
     * @param rsaKeyExchange whether TLS 1.2 without forward secrecy will do
     */
    record Secured(boolean verifyCertificate, @Nullable Path caFile, boolean rsaKeyExchange) {
    }

    /**
     * A request is answered as expected.
     *
     * @param expect text that the body must contain; null: any body
     * @param expectStatus status codes that count as healthy
     * @param tls https; null: http
     */
    record Http(int port, Request request, @Nullable String expect, List<IntRange> expectStatus, @Nullable Secured tls,
            Timing timing) implements HealthCheck {
        /** 200 to 399. */
        public static final List<IntRange> STANDARD_STATUS = List.of(new IntRange(200, 399));

        /**
         * What is asked.
         *
         * @param host Host header and, with tls, SNI; null: the real server's address
         * @param headers by name, beside those of every request
         * @param body empty: none
         */
        public record Request(String method, String path, @Nullable String host, Map<String, String> headers,
                Bytes body) {
            public Request {
                headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers)); // in their order
            }

            /** A GET of this path. */
            public static Request get(String path, @Nullable String host) {
                return new Request("GET", path, host, Map.of(), Bytes.NONE);
            }
        }
    }

    /**
     * A TLS handshake succeeds, with a certificate that is valid for a while.
     *
     * @param host SNI, which the certificate must hold; null: the real server's address, and no SNI
     * @param daysLeft for how many days at least
     */
    record Tls(int port, @Nullable String host, Secured tls, int daysLeft, Timing timing) implements HealthCheck {
    }

    /**
     * A conversation over TCP goes as expected.
     *
     * @param host SNI, as of {@link Tls}
     * @param tls null: in clear
     */
    record Tcp(int port, List<Step> steps, @Nullable String host, @Nullable Secured tls, Timing timing)
            implements
                HealthCheck {
        /**
         * Something said, then something heard.
         *
         * @param send null: nothing
         * @param expect what the answer must contain: any of these; empty: no answer is awaited
         */
        public record Step(@Nullable Bytes send, List<Bytes> expect) {
        }
    }

    /**
     * A server of a known protocol answers as one that works.
     *
     * @param user whom the check logs in as, where the protocol begins with that
     * @param host SNI, as of {@link Tls}
     * @param tls null: in clear
     */
    record Preset(Application protocol, int port, String user, @Nullable String host, @Nullable Secured tls,
            Timing timing) implements HealthCheck {
        /** The user whose name is asked for unless another is given; it need not exist. */
        public static final String STANDARD_USER = "sluice";

        /** What Sluice can talk. */
        public enum Application implements Word {
            REDIS, SMTP, LDAP, MYSQL, POSTGRESQL;

            /** Whether the server wants to know at once who is there. */
            public boolean logsIn() {
                return this == MYSQL || this == POSTGRESQL;
            }
        }
    }

    /**
     * An agent beside the server says how it is and how much it can take.
     *
     * @param send what it is told first; empty: nothing
     */
    record Agent(int port, Bytes send, Timing timing) implements HealthCheck {
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
