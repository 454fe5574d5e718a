package io.sluice.tuning.facts;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * CPUs, their power management, NUMA nodes and the clock. Immutable.
 *
 * @param governors cpufreq governor by CPU; empty where the hypervisor or firmware decides
 * @param idleStates of the first CPU, shallow to deep; others are taken to be alike
 */
public record Processors(String model, boolean virtual, CpuList online,
        Map<Integer, String> governors,
        String frequencyDriver, List<IdleState> idleStates, List<Node> nodes, String clockSource,
        List<String> clockSources) {

    /** A C-state. */
    public record IdleState(String name, long exitLatencyUs, boolean enabled) {
    }

    /** A NUMA node. */
    public record Node(int id, CpuList cpus, long memoryBytes) {
    }

    private static final String CPU = "/sys/devices/system/cpu";
    private static final String NODE = "/sys/devices/system/node";
    private static final String CLOCK = "/sys/devices/system/clocksource/clocksource0/";

    static Processors read(HostSource source) {
        String info = source.matching("/proc/cpuinfo", java.util.regex.Pattern.compile("^(model name|flags)\\s*:"));
        String text = info == null ? "" : info;
        CpuList online = CpuList.parse(source.text(CPU + "/online"));
        Map<Integer, String> governors = new TreeMap<>();
        online.stream().forEach(cpu -> {
            String governor = source.text(CPU + "/cpu" + cpu + "/cpufreq/scaling_governor");
            if (governor != null) {
                governors.put(cpu, governor);
            }
        });
        String clocks = word(source.text(CLOCK + "available_clocksource"));
        return new Processors(model(text), text.contains(" hypervisor"), online, Map.copyOf(governors),
                word(source.text(CPU + "/cpu0/cpufreq/scaling_driver")),
                idle(source), nodes(source), word(source.text(CLOCK
                        + "current_clocksource")),
                clocks.isEmpty() ? List.of() : List.of(clocks.split("\\s+")));
    }

    private static String model(String info) {
        return info.lines().filter(line -> line.startsWith("model name")).map(line -> line.split(":", 2)[1].strip())
                .findFirst().orElse("");
    }

    private static List<IdleState> idle(HostSource source) {
        List<IdleState> states = new ArrayList<>();
        for (String state : source.names(CPU + "/cpu0/cpuidle")) {
            String base = CPU + "/cpu0/cpuidle/" + state + "/";
            String latency = source.text(base + "latency");
            if (latency != null && latency.matches("\\d+")) {
                states.add(new IdleState(word(source.text(base + "name")), Long.parseLong(latency), !"1".equals(source
                        .text(base + "disable"))));
            }
        }
        return List.copyOf(states);
    }

    private static List<Node> nodes(HostSource source) {
        List<Node> nodes = new ArrayList<>();
        for (String name : source.names(NODE)) {
            if (name.matches("node\\d+")) {
                CpuList cpus = CpuList.parse(source.text(NODE + "/" + name + "/cpulist"));
                String memory = source.matching(NODE + "/" + name + "/meminfo", java.util.regex.Pattern.compile(
                        "MemTotal"));
                long kilobytes = memory == null || memory.isEmpty()
                        ? 0
                        : Long.parseLong(memory.replaceAll(".*:\\s*(\\d+) kB.*", "$1"));
                nodes.add(new Node(Integer.parseInt(name.substring(4)), cpus, kilobytes << 10));
            }
        }
        return List.copyOf(nodes);
    }

    private static String word(@Nullable String text) {
        return text == null ? "" : text.strip();
    }
}
