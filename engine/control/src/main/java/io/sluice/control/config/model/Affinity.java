package io.sluice.control.config.model;

import io.sluice.ringbuffers.ip.Ip;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a client on its real server.
 *
 * @param timeout how long after the client's last activity an entry lives
 * @param ipv4Prefix bits of an IPv4 client address that count: 32 with {@code source-ip}
 * @param ipv6Prefix bits of an IPv6 client address that count: 128 with {@code source-ip}
 * @param group services of the same group share entries: a client reaches the server of the same name in each of them
 */
public record Affinity(By by, Duration timeout, int ipv4Prefix, int ipv6Prefix, @Nullable String group) {
    /** What identifies a client. */
    public enum By implements Word {
        NONE, SOURCE_IP, SOURCE_NETWORK
    }

    public static final Affinity NONE = new Affinity(By.NONE, Duration.ofMinutes(6), 32, 128, null);

    public boolean enabled() {
        return by != By.NONE;
    }

    /** Bits of this client's address that count. */
    public int prefix(Ip client) {
        return client.isV4() ? ipv4Prefix : ipv6Prefix;
    }
}
