package io.sluice.tuning.profile;

import io.sluice.tuning.facts.HostSource;

/** What only the low-latency profile wants. */
final class LatencySettings {
    private static final String CPU = "/sys/devices/system/cpu";
    private static final long LONGEST_WAKE_UP_US = 20;
    private static final String WAIT = "10";

    private LatencySettings() {
    }

    static void add(Plan plan) {
        plan.raise("busy-polling", "net.core.busy_poll", 0, 50, "a waiting worker looks at the card before it sleeps");
        plan.raise("busy-polling", "net.core.busy_read", 0, 50, "a blocked read looks at the card before it sleeps");
        deepSleep(plan);
        for (String face : plan.host().names("/sys/class/net")) {
            Setting.Coalescing setting = new Setting.Coalescing(face);
            String current = hardware(plan.host(), face) ? setting.read(plan.host()) : null;
            if (current != null && (current.contains("adaptive-rx on") || waitOf(current) > 10)) {
                plan.set("nic-coalescing", setting, (current.contains("adaptive-rx") ? "adaptive-rx off " : "")
                        + "rx-usecs " + WAIT, "the card interrupts within " + WAIT + " µs");
            }
        }
    }

    private static void deepSleep(Plan plan) {
        for (String cpu : plan.host().names(CPU)) {
            for (String state : cpu.matches("cpu\\d+")
                    ? plan.host().names(CPU + "/" + cpu + "/cpuidle")
                    : java.util.List.<String>of()) {
                String base = CPU + "/" + cpu + "/cpuidle/" + state + "/";
                String latency = plan.host().text(base + "latency");
                if (latency != null && latency.matches("\\d+") && Long.parseLong(latency) > LONGEST_WAKE_UP_US) {
                    plan.set("cpu-sleep", new Setting.KernelFile(base + "disable"), "1", "waking takes " + latency
                            + " µs");
                }
            }
        }
    }

    static boolean hardware(HostSource host, String face) {
        return host.linkName("/sys/class/net/" + face + "/device/driver") != null;
    }

    private static long waitOf(String coalescing) {
        return Long.parseLong("0" + coalescing.replaceAll(".*rx-usecs ", "").replaceAll("\\D", ""));
    }
}
