package io.sluice.tuning.facts;

import java.nio.file.Path;
import java.util.List;

/**
 * Everything the checks look at, read once. Immutable, any thread.
 *
 * @param commands programs that some features call, those that are installed
 */
public record HostFacts(String hostName, Kernel kernel, Sysctls sysctls, ProcessFacts process, Processors processors,
        MemoryFacts memory, Container container, List<NetworkInterface> interfaces, Counters counters,
        List<PortUse> portUse,
        boolean irqBalance, List<String> commands, PacketTrial packetTrial) {
    private static final List<String> COMMANDS = List.of("ethtool", "ip", "nft", "tc");
    private static final List<String> BINARIES = List.of("/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/");

    /** The host below a root directory, seen as the calling process. */
    public static HostFacts read(Path root) {
        return read(new LiveHost(root), "self");
    }

    /** @param pid whose limits and capabilities count: "self" or the number of a running process */
    public static HostFacts read(HostSource source, String pid) {
        Sysctls sysctls = Sysctls.read(source);
        Counters counters = Counters.read(source);
        String name = source.text("/proc/sys/kernel/hostname");
        return new HostFacts(name == null ? "unknown" : name, Kernel.read(source), sysctls, ProcessFacts.read(source,
                pid), Processors.read(source), MemoryFacts.read(source), Container.read(source, pid),
                NetworkInterface.readAll(
                        source),
                counters, PortUse.read(source, counters, sysctls.number("net.ipv4.ip_local_port_range", 0, 32768),
                        sysctls.number("net.ipv4.ip_local_port_range", 1, 60999)),
                source.exists("/run/irqbalance.pid") || source.exists(
                        "/run/irqbalance"),
                commands(source), PacketTrial.read(source));
    }

    private static List<String> commands(HostSource source) {
        return COMMANDS.stream().filter(command -> BINARIES.stream().anyMatch(directory -> source.exists(directory
                + command))).toList();
    }
}
