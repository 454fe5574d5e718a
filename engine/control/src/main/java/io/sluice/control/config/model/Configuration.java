package io.sluice.control.config.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one file says, with every default filled in; immutable.
 *
 * @param services in the order of the file
 * @param stateDirectory where the tables, the counters file and the control socket live
 * @param admin null: off
 * @param metrics null: off
 * @param highAvailability null: not part of a pair
 * @param cluster null: not part of a cluster
 */
public record Configuration(List<ServiceConfiguration> services, WorkersConfiguration workers, Transport transport,
        RelayConfiguration relay,
        PacketEngine packetEngine, Tables tables, Path stateDirectory, @Nullable Admin admin, @Nullable Metrics metrics,
        Log log, @Nullable HighAvailability highAvailability, @Nullable Cluster cluster) {
    /** Which kernel interface the workers' event loops use. */
    public enum Transport implements Word {
        /** The best the running kernel offers, found by probing. */
        AUTO, IO_URING, EPOLL;

        @Override
        public String word() {
            return this == IO_URING ? "io_uring" : Word.super.word(); // the kernel's own spelling
        }
    }

    /** What moves packets for services in a packet-level mode. */
    public enum PacketEngine implements Word {
        AUTO, TC, XDP, AF_XDP;

        @Override
        public String word() {
            return this == AF_XDP ? "af_xdp" : Word.super.word(); // the kernel's own spelling
        }
    }

    public Configuration {
        services = List.copyOf(services);
    }

    /** The same with other services: what is in force after a reload, which leaves the rest to the next start. */
    public Configuration withServices(List<ServiceConfiguration> others) {
        return new Configuration(others, workers, transport, relay, packetEngine, tables, stateDirectory, admin,
                metrics,
                log, highAvailability, cluster);
    }

    /** The same with another log. */
    public Configuration withLog(Log other) {
        return new Configuration(services, workers, transport, relay, packetEngine, tables, stateDirectory, admin,
                metrics, other, highAvailability, cluster);
    }

    /**
     * How long a client of this service is remembered: where services share their entries, the longest that one of them
     * promises is promised by all.
     */
    public Duration affinityTimeout(ServiceConfiguration service) {
        Affinity affinity = service.affinity();
        String group = affinity.group();
        return group == null
                ? affinity.timeout()
                : services.stream().map(ServiceConfiguration::affinity).filter(other -> group.equals(other.group()))
                        .map(Affinity::timeout).max(Comparator.naturalOrder()).orElse(affinity.timeout());
    }

    public Optional<ServiceConfiguration> service(String name) {
        return services.stream().filter(service -> service.name().equals(name)).findFirst();
    }
}
