package io.sluice.tuning.check;

import io.sluice.tuning.facts.Capability;
import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.Kernel.Presence;
import io.sluice.tuning.facts.KernelFeature;
import java.util.List;
import java.util.Optional;

/** One thing a feature needs of the host. Immutable. */
sealed interface Requirement {

    /** What is missing and how to get it; empty when it is there. */
    Optional<Missing> lack(HostFacts host, Usage usage);

    /** What is needed, in a few words. */
    String title();

    /**
     * @param capability that would help; empty for none
     * @param command that helps; empty when a capability does or nothing short
     */
    record Missing(String what, String capability, String command) {
        static Missing capability(String what, Capability capability) {
            return new Missing(what, capability.kernelName(), "");
        }

        static Missing mendedBy(String what, String command) {
            return new Missing(what, "", command);
        }
    }

    /** A capability in the effective set of the process. */
    record Has(Capability capability) implements Requirement {
        @Override
        public String title() {
            return capability.kernelName();
        }

        @Override
        public Optional<Missing> lack(HostFacts host, Usage usage) {
            // before 5.8 there was no CAP_BPF and CAP_SYS_ADMIN stood for it
            boolean has = host.process().has(capability) || (capability == Capability.BPF && host.process().has(
                    Capability.SYS_ADMIN));
            return has
                    ? Optional.empty()
                    : Optional.of(
                            Missing.capability(title(), capability));
        }
    }

    /** The host's own user namespace: capabilities inside another do not reach BPF. */
    record InitialUserNamespace() implements Requirement {
        @Override
        public String title() {
            return "the host's user namespace";
        }

        @Override
        public Optional<Missing> lack(HostFacts host, Usage usage) {
            return host.process().initialUserNamespace()
                    ? Optional.empty()
                    : Optional.of(Missing.mendedBy(title() + " (this is a rootless container)",
                            "run Sluice on the host, or in a container started by root"));
        }
    }

    /** At least one of several parts of the kernel. */
    record AnyOf(List<KernelFeature> features) implements Requirement {
        static AnyOf of(KernelFeature... features) {
            return new AnyOf(List.of(features));
        }

        @Override
        public String title() {
            return "kernel: " + String.join(" or ", features.stream().map(KernelFeature::title).toList());
        }

        @Override
        public Optional<Missing> lack(HostFacts host, Usage usage) {
            List<Presence> found = features.stream().map(host.kernel()::presence).toList();
            // unknown is not missing: the program tries and says what failed
            if (found.stream().anyMatch(presence -> presence.usable() || presence == Presence.UNKNOWN)) {
                return Optional.empty();
            }
            for (KernelFeature feature : features) {
                if (host.kernel().presence(feature) == Presence.LOADABLE_MODULE) {
                    return Optional
                            .of(Missing.mendedBy("module " + feature.module() + " (not loaded)", "modprobe " + feature
                                    .module()));
                }
            }
            return Optional.of(Missing.mendedBy("kernel option " + features.getFirst().option(),
                    "a kernel built with " + features.getFirst().option()));
        }
    }

    /** A kernel version. */
    record Since(int major, int minor, String what) implements Requirement {
        @Override
        public String title() {
            return "kernel " + major + "." + minor + " (" + what + ")";
        }

        @Override
        public Optional<Missing> lack(HostFacts host, Usage usage) {
            return !host.kernel().version().isKnown() || host.kernel().version().atLeast(major, minor)
                    ? Optional.empty()
                    : Optional.of(Missing.mendedBy(title() + ", this is " + host.kernel().version().release(),
                            "a kernel of " + major + "." + minor + " or newer"));
        }
    }

    /** A program that Sluice calls. */
    record Installed(String command, String debianPackage) implements Requirement {
        @Override
        public String title() {
            return "the command " + command;
        }

        @Override
        public Optional<Missing> lack(HostFacts host, Usage usage) {
            return host.commands().contains(command)
                    ? Optional.empty()
                    : Optional.of(Missing.mendedBy(title(), "apt-get install " + debianPackage));
        }
    }

    /** The right to bind ports below 1024. */
    record LowPorts() implements Requirement {
        @Override
        public String title() {
            return "CAP_NET_BIND_SERVICE, or a lower net.ipv4.ip_unprivileged_port_start";
        }

        @Override
        public Optional<Missing> lack(HostFacts host, Usage usage) {
            long start = host.sysctls().number("net.ipv4.ip_unprivileged_port_start", 0, 1024);
            // where nothing configured needs it, the question is whether any of them could be bound
            int lowest = usage.uses(Feature.LOW_PORT) && !usage.listenPorts().isEmpty()
                    ? usage.listenPorts().first()
                    : 1;
            return host.process().has(Capability.NET_BIND_SERVICE) || lowest >= start
                    ? Optional.empty()
                    : Optional.of(Missing.capability(title(), Capability.NET_BIND_SERVICE));
        }
    }

    /** ICMP echo: a raw socket, or a ping socket for the groups of ping_group_range. */
    record Ping() implements Requirement {
        @Override
        public String title() {
            return "CAP_NET_RAW, or a group of net.ipv4.ping_group_range";
        }

        @Override
        public Optional<Missing> lack(HostFacts host, Usage usage) {
            long low = host.sysctls().number("net.ipv4.ping_group_range", 0, 1);
            long high = host.sysctls().number("net.ipv4.ping_group_range", 1, 0);
            boolean inRange = host.process().groups().stream().anyMatch(group -> group >= low && group <= high);
            return inRange || host.process().has(Capability.NET_RAW)
                    ? Optional.empty()
                    : Optional
                            .of(Missing.mendedBy(title(), SysctlRule.set("net.ipv4.ping_group_range", "0 2147483647")));
        }
    }
}
