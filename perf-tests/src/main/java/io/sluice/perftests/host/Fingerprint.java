package io.sluice.perftests.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a figure depends on besides the program: kernel, processor, governor, mitigations, network cards, JDK. Two
 * results compare only where these agree. Read once, at the caller's thread.
 */
public record Fingerprint(Map<String, String> facts) {
    public Fingerprint {
        facts = Map.copyOf(facts);
    }

    public static Fingerprint ofThisHost() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("processor", firstAfterColon(Path.of("/proc/cpuinfo"), "model name", System.getProperty("os.arch")));
        facts.put("cores", Integer.toString(cores()));
        facts.put("memory", firstAfterColon(Path.of("/proc/meminfo"), "MemTotal", "unknown"));
        facts.put("governor", line(Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
                "not visible (virtual machine)"));
        facts.put("mitigations", mitigations());
        facts.put("nic", nics());
        facts.put("jdk", System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"));
        facts.put("tcp",
                "congestion " + line(Path.of("/proc/sys/net/ipv4/tcp_congestion_control"), "unknown") + ", tw_reuse "
                        + line(Path.of("/proc/sys/net/ipv4/tcp_tw_reuse"), "unknown"));
        return new Fingerprint(facts);
    }

    /** Processors of the host, whichever of them this process is pinned to. */
    public static int cores() {
        try (java.util.stream.Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return Math.max(1, (int) lines.filter(line -> line.startsWith("processor")).count());
        } catch (IOException e) {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    /** The facts in the order people look for them. */
    public Map<String, String> ordered() {
        Map<String, String> ordered = new LinkedHashMap<>();
        for (String key : List.of("kernel", "processor", "cores", "memory", "governor", "mitigations", "nic", "jdk",
                "tcp")) {
            if (facts.containsKey(key)) {
                ordered.put(key, facts.get(key));
            }
        }
        facts.forEach(ordered::putIfAbsent);
        return ordered;
    }

    /** A short name for this environment: equal facts, equal name. */
    public String name() {
        return String.format("%08x", new java.util.TreeMap<>(facts).toString().hashCode());
    }

    private static String mitigations() {
        Path folder = Path.of("/sys/devices/system/cpu/vulnerabilities");
        TreeSet<String> active = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String state = line(file, "");
                if (state.startsWith("Mitigation")) {
                    active.add(file.getFileName() + "=" + state.substring("Mitigation: ".length()));
                } else if (state.startsWith("Vulnerable")) {
                    active.add(file.getFileName() + "=off");
                }
            }
        } catch (IOException e) {
            return "not visible";
        }
        return active.isEmpty() ? "none needed" : String.join("; ", active);
    }

    private static String nics() {
        List<String> nics = new ArrayList<>();
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(Path.of("/sys/class/net"))) {
            for (Path device : devices) {
                Path driver = device.resolve("device/driver");
                if (Files.exists(driver)) {
                    nics.add(driver.toRealPath().getFileName() + " " + line(device.resolve("speed"), "?") + " Mb/s");
                }
            }
        } catch (IOException e) {
            return "not visible";
        }
        return nics.isEmpty() ? "virtual only" : String.join(", ", nics.stream().sorted().toList());
    }

    private static String firstAfterColon(Path file, String key, String otherwise) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(key)) {
                    return line.substring(line.indexOf(':') + 1).trim();
                }
            }
        } catch (IOException e) {
            // a container may hide it: the fingerprint then says so
        }
        return otherwise;
    }

    private static String line(Path file, String otherwise) {
        try {
            return String.join(" ", Files.readAllLines(file)).trim(); // readString takes one character of a sysctl
        } catch (IOException e) {
            return otherwise;
        }
    }
}
