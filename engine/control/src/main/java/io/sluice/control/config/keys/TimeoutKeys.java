package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.standard;

import io.sluice.control.config.model.Timeouts;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.Type;
import io.sluice.control.config.type.Types;
import java.time.Duration;
import java.util.List;

/** The keys of {@code timeouts}. */
final class TimeoutKeys {
    private static final Type<Duration> UP_TO_A_YEAR = Types.duration(Duration.ofMillis(1), Duration.ofDays(365));

    private static final Key<Timeouts, Duration> CONNECT = standard("connect",
            Types.duration(Duration.ofMillis(1), Duration.ofHours(1)), Timeouts::connect, Timeouts.STANDARD.connect(),
            "To establish a connection to a real server.");
    private static final Key<Timeouts, Duration> IDLE = standard("idle", UP_TO_A_YEAR, Timeouts::idle,
            Timeouts.STANDARD.idle(), "A TCP connection ends after this time without a byte in either direction.");
    private static final Key<Timeouts, Duration> HALF_CLOSED = standard("half-closed", UP_TO_A_YEAR,
            Timeouts::halfClosed, Timeouts.STANDARD.halfClosed(),
            "The same, once one end has closed its direction.");
    private static final Key<Timeouts, Duration> DRAIN = standard("drain",
            Types.duration(Duration.ZERO, Duration.ofDays(365)), Timeouts::drain, Timeouts.STANDARD.drain(),
            "How long established connections of removed servers and of a stopping daemon may take to end, and UDP sessions"
                    + " of drained servers as well.");
    private static final Key<Timeouts, Duration> UDP_SESSION = standard("udp-session", UP_TO_A_YEAR,
            Timeouts::udpSession, Timeouts.STANDARD.udpSession(),
            "A UDP session ends after this time without a datagram in either direction.");

    static final SectionType<Timeouts> SECTION = SectionType.of("timeouts",
            List.of(CONNECT, IDLE, HALF_CLOSED, DRAIN, UDP_SESSION),
            v -> new Timeouts(v.get(CONNECT), v.get(IDLE), v.get(HALF_CLOSED), v.get(DRAIN), v.get(UDP_SESSION)));

    private TimeoutKeys() {
    }
}
