package io.sluice.program.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the kernel grants TCP of the machine's memory ({@code net.ipv4.tcp_mem}); any thread. */
final class TcpMemory {
    private static final Logger LOG = LoggerFactory.getLogger(TcpMemory.class);
    private static final Path TCP_MEM = Path.of("/proc/sys/net/ipv4/tcp_mem");
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    /** The smallest there is: where pages are larger the bound is on the safe side. */
    private static final long PAGE_BYTES = 4096;
    /** Of the machine's memory, what the kernel takes by itself (tcp_init_mem() in net/ipv4/tcp.c). */
    private static final int STANDARD_PART = 16;

    private TcpMemory() {
    }

    /** From here on the kernel presses every connection to use less. */
    static long underPressureBytes() {
        try {
            return Files.exists(TCP_MEM) ? configuredBytes() : standardBytes();
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException | NoSuchElementException unknown) {
            LOG.info("neither {} nor {} tells TCP's memory: what clients that do not read hold of it is not bounded"
                    + " together", TCP_MEM, MEMINFO);
            return Long.MAX_VALUE;
        }
    }

    private static long configuredBytes() throws IOException {
        // by lines: the file ends after one read, and readString begins with a single byte
        return number(Files.readAllLines(TCP_MEM).getFirst()) * PAGE_BYTES;
    }

    /** In a network namespace, as in a container, the setting is not shown, but holds. */
    private static long standardBytes() throws IOException {
        String total = Files.readAllLines(MEMINFO).stream().filter(line -> line.startsWith("MemTotal:")).findFirst()
                .orElseThrow();
        return number(total) * 1024 / STANDARD_PART;
    }

    /** The second word. */
    private static long number(String line) {
        return Long.parseLong(line.trim().split("\\s+", -1)[1]);
    }
}
