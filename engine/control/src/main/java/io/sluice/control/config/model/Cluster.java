package io.sluice.control.config.model;

import io.sluice.ringbuffers.ip.Ip;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Hosts that all receive the traffic and agree which of them answers (Windows NLB).
 *
 * @param name the cluster's full internet name
 * @param address the cluster IP
 * @param prefix bits of its mask
 * @param portRules ports disjoint per protocol; what none covers goes to the host with the lowest priority
 */
public record Cluster(String name, Ip address, int prefix, String networkInterface, Mode mode,
        Path secretFile, Host host, Heartbeat heartbeat, List<PortRule> portRules) {
    public static final int MAXIMUM_HOSTS = 32;

    public Cluster {
        portRules = List.copyOf(portRules);
    }

    /** Which MAC address the hosts share. */
    public enum Mode implements Word {
        UNICAST, MULTICAST, IGMP_MULTICAST
    }

    /**
     * This host.
     *
     * @param priority 1..32, unique in the cluster; 1 handles what no rule covers
     */
    public record Host(int priority, Ip dedicatedAddress, InitialState initialState) {
    }

    /** What a host does when Sluice starts on it. */
    public enum InitialState implements Word {
        STARTED, STOPPED, SUSPENDED
    }

    /**
     * @param port UDP
     * @param tolerance missed periods after which a host counts as gone
     */
    public record Heartbeat(int port, Duration period, int tolerance) {
        public static final Heartbeat STANDARD = new Heartbeat(6695, Duration.ofSeconds(1), 5);
    }

    /**
     * Who answers what.
     *
     * @param affinity only for {@code filtering: multiple}
     * @param timeout how long affinity outlives a client's last connection; zero: not at all
     * @param load 0..100, relative; {@link #EQUAL}: as much as every other host
     * @param handlingPriority 1..32, only for {@code filtering: single}; 0 otherwise
     */
    public record PortRule(PortSet ports, RuleProtocol protocol, Filtering filtering, RuleAffinity affinity,
            Duration timeout, int load, int handlingPriority) {
        public static final int EQUAL = -1;

        /** Everything, shared equally: what holds when the file has no rules. */
        public static final PortRule STANDARD = new PortRule(PortSet.ALL, RuleProtocol.BOTH, Filtering.MULTIPLE,
                RuleAffinity.SINGLE, Duration.ZERO, EQUAL, 0);
    }

    /** What a rule applies to. */
    public enum RuleProtocol implements Word {
        TCP, UDP, BOTH,
        /** TCP 1723 and GRE, to one host. */
        PPTP;

        /** Whether a packet could match both (pptp's control connection is TCP). */
        public boolean meets(RuleProtocol other) {
            return this == BOTH || other == BOTH || transport() == other.transport();
        }

        private RuleProtocol transport() {
            return this == PPTP ? TCP : this;
        }
    }

    /** How many hosts answer. */
    public enum Filtering implements Word {
        MULTIPLE, SINGLE, DISABLED
    }

    /** What keeps a client on one host. */
    public enum RuleAffinity implements Word {
        NONE, SINGLE, NETWORK
    }
}
