package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.absent;
import static io.sluice.control.config.type.Key.standard;

import io.sluice.control.config.model.Affinity;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.NumberTypes.NumberType;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.Types;
import io.sluice.control.config.type.Values;
import java.time.Duration;
import java.util.List;

/** The keys of {@code affinity}. */
final class AffinityKeys {
    private static final Key<Affinity, Affinity.By> BY = standard("by", Types.word(Affinity.By.class), Affinity::by,
            Affinity.By.NONE, "What identifies a client.");
    private static final Key<Affinity, Duration> TIMEOUT = standard("timeout",
            Types.duration(Duration.ofSeconds(1), Duration.ofDays(365)), Affinity::timeout, Affinity.NONE.timeout(),
            "How long a client is remembered after its last connection or session; the longest of a group.")
            .only("with by: source-ip or source-network",
                    AffinityKeys::enabled);
    private static final Key<Affinity, Integer> IPV4_PREFIX = absent("ipv4-prefix", new NumberType(1, 32),
            (Affinity affinity) -> network(affinity) ? affinity.ipv4Prefix() : null, "24",
            "Bits of an IPv4 address that identify a network.").only("with by: source-network", v -> network(v));
    private static final Key<Affinity, Integer> IPV6_PREFIX = absent("ipv6-prefix", new NumberType(1, 128),
            (Affinity affinity) -> network(affinity) ? affinity.ipv6Prefix() : null, "64",
            "Bits of an IPv6 address that identify a network.").only("with by: source-network", v -> network(v));
    private static final Key<Affinity, String> GROUP = absent("group", Types.NAME, Affinity::group, "the service alone",
            "Services that name the same group share entries: a client reaches the server of the same name in each.")
            .only(
                    "with by: source-ip or source-network", AffinityKeys::enabled);

    static final SectionType<Affinity> SECTION = SectionType
            .of("affinity", List.<Key<Affinity, ?>>of(BY, TIMEOUT, IPV4_PREFIX, IPV6_PREFIX, GROUP),
                    AffinityKeys::affinity)
            .shortForm(BY);

    private AffinityKeys() {
    }

    private static boolean network(Affinity affinity) {
        return affinity.by() == Affinity.By.SOURCE_NETWORK;
    }

    private static boolean network(Values<Affinity> v) {
        return v.get(BY) == Affinity.By.SOURCE_NETWORK;
    }

    private static boolean enabled(Values<Affinity> v) {
        return v.get(BY) != Affinity.By.NONE;
    }

    private static Affinity affinity(Values<Affinity> v) {
        boolean network = network(v);
        return new Affinity(v.get(BY), v.get(TIMEOUT), network ? v.get(IPV4_PREFIX, 24) : 32,
                network ? v.get(IPV6_PREFIX, 64) : 128, v.orNull(GROUP));
    }
}
