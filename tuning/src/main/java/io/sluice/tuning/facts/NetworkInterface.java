package io.sluice.tuning.facts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One network interface with a device behind it (no bridges, veth pairs, loopback). Immutable.
 *
 * @param speedMegabits -1 where the driver does not say
 * @param numaNode -1 where the firmware does not say
 * @param drops receive drops by counter name, only those above zero
 */
public record NetworkInterface(String name, String driver, String state, String duplex, long speedMegabits, int mtu,
        int numaNode, List<ReceiveQueue> receiveQueues, List<TransmitQueue> transmitQueues, List<Interrupt> interrupts,
        Map<String, Long> drops, Ethtool ethtool) {

    /** A receive queue with the CPUs that RPS spreads it to. */
    public record ReceiveQueue(String name, CpuList rpsCpus, long rpsFlows) {
    }

    /** A transmit queue with the CPUs that XPS lets use it. */
    public record TransmitQueue(String name, CpuList xpsCpus) {
    }

    /** A queue's interrupt, where it may run and where it does run (empty where the kernel does not say). */
    public record Interrupt(int number, String name, CpuList affinity, CpuList effective) {
    }

    private static final String CLASS = "/sys/class/net/";
    private static final List<String> DROP_COUNTERS = List.of("rx_dropped", "rx_fifo_errors", "rx_missed_errors",
            "tx_dropped", "tx_fifo_errors");
    /** Interrupts of a device that carry no packets. */
    private static final Pattern NO_QUEUE = Pattern.compile("config|control|admin|async|cmd|mgmnt|misc|event|fault");

    public static List<NetworkInterface> readAll(HostSource source) {
        String table = source.matching("/proc/interrupts", Pattern.compile("^\\s*\\d+:"));
        Map<Integer, String> names = interruptNames(table);
        List<NetworkInterface> all = new ArrayList<>();
        for (String name : source.names(CLASS.substring(0, CLASS.length() - 1))) {
            // device/driver is what separates hardware (also virtual hardware) from software interfaces
            String driver = source.linkName(CLASS + name + "/device/driver");
            if (driver != null) {
                all.add(read(source, name, driver, names));
            }
        }
        return List.copyOf(all);
    }

    public boolean isUp() {
        return !state.equals("down");
    }

    /** Queue pairs in use: the receive side counts. */
    public int queues() {
        return receiveQueues.size();
    }

    private static NetworkInterface read(HostSource source, String name, String driver, Map<Integer, String> names) {
        String base = CLASS + name + "/";
        List<ReceiveQueue> receive = new ArrayList<>();
        List<TransmitQueue> transmit = new ArrayList<>();
        for (String queue : byNumber(source.names(base + "queues"))) {
            String directory = base + "queues/" + queue + "/";
            if (queue.startsWith("rx-")) {
                receive.add(
                        new ReceiveQueue(queue, CpuList.parseMask(source.text(directory + "rps_cpus")), number(source
                                .text(directory + "rps_flow_cnt"), 0)));
            } else if (source.exists(directory + "tx_timeout")) { // xps_cpus cannot be read with a single queue
                transmit.add(new TransmitQueue(queue, CpuList.parseMask(source.text(directory + "xps_cpus"))));
            }
        }
        Map<String, Long> drops = new HashMap<>();
        for (String counter : DROP_COUNTERS) {
            long count = number(source.text(base + "statistics/" + counter), 0);
            if (count > 0) {
                drops.put(counter, count);
            }
        }
        return new NetworkInterface(name, driver, word(source.text(base + "operstate")), word(source.text(base
                + "duplex")), number(source.text(base + "speed"), -1), (int) number(source.text(base + "mtu"), 1500),
                (int) number(source.text(base + "device/numa_node"), -1), List.copyOf(receive), List.copyOf(transmit),
                interrupts(source, base, names), Map.copyOf(drops), Ethtool.read(source, name));
    }

    private static List<Interrupt> interrupts(HostSource source, String base, Map<Integer, String> names) {
        List<Interrupt> found = new ArrayList<>();
        // a virtio device's vectors belong to the PCI device above it
        for (String directory : List.of(base + "device/msi_irqs", base + "device/../msi_irqs")) {
            for (String entry : source.names(directory)) {
                int number = entry.matches("\\d{1,9}") ? Integer.parseInt(entry) : -1;
                String name = names.get(number);
                if (name != null && source.text(directory + "/" + entry) != null && !NO_QUEUE.matcher(name).find()) {
                    found.add(new Interrupt(number, name, CpuList.parse(source.text("/proc/irq/" + number
                            + "/smp_affinity_list")),
                            CpuList.parse(source.text("/proc/irq/" + number + "/effective_affinity_list"))));
                }
            }
            if (!found.isEmpty()) {
                break;
            }
        }
        found.sort(Comparator.comparingInt(Interrupt::number));
        return List.copyOf(found);
    }

    private static Map<Integer, String> interruptNames(@Nullable String table) {
        Map<Integer, String> names = new HashMap<>();
        if (table != null) {
            table.lines().map(String::strip).forEach(line -> {
                String[] words = line.split("\\s+");
                names.put(Integer.parseInt(words[0].replace(":", "")), words[words.length - 1]);
            });
        }
        return names;
    }

    private static List<String> byNumber(List<String> queues) {
        return queues.stream().sorted(Comparator.comparing((String queue) -> queue.replaceAll("\\d", ""))
                .thenComparingInt(queue -> Integer.parseInt("0" + queue.replaceAll("\\D", "")))).toList();
    }

    private static String word(@Nullable String text) {
        return text == null ? "" : text.strip();
    }

    private static long number(@Nullable String text, long otherwise) {
        return text != null && text.strip().matches("-?\\d{1,18}") ? Long.parseLong(text.strip()) : otherwise;
    }
}
