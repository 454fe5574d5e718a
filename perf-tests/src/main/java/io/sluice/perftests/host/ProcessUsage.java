package io.sluice.perftests.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a process and its descendants have used until now, from /proc. Immutable. */
public record ProcessUsage(double cpuSeconds, long residentBytes, int processes) {
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, fixed in the kernel's ABI
    private static final ProcessUsage NOTHING = new ProcessUsage(0, 0, 0);

    /** Nothing for a process that is gone. */
    public static ProcessUsage ofTree(long pid) {
        return ProcessHandle.of(pid).map(root -> Stream.concat(Stream.of(root), root.descendants())
                .map(process -> of(process.pid())).reduce(NOTHING, ProcessUsage::plus)).orElse(NOTHING);
    }

    /** All processors together, interrupts included: what happened in the kernel as well. */
    public static double busySecondsOfCpu(int cpu) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
            String[] fields = lines.filter(line -> line.startsWith("cpu" + cpu + " ")).findFirst().orElseThrow()
                    .split("\\s+");
            long ticks = 0;
            for (int i = 1; i < fields.length && i <= 8; i++) {
                ticks += i == 4 || i == 5 ? 0 : Long.parseLong(fields[i]); // idle and iowait are not busy
            }
            return ticks / TICKS_PER_SECOND;
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    public ProcessUsage plus(ProcessUsage other) {
        return new ProcessUsage(cpuSeconds + other.cpuSeconds, residentBytes + other.residentBytes,
                processes + other.processes);
    }

    private static ProcessUsage of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // the name in parentheses may hold anything; fields are counted from behind it
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            return new ProcessUsage(ticks / TICKS_PER_SECOND, resident(pid), 1);
        } catch (IOException e) {
            return NOTHING; // it ended meanwhile
        }
    }

    private static long resident(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst().orElse(0);
        }
    }
}
