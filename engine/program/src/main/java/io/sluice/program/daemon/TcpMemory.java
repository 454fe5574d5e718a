package io.sluice.program.daemon;

import io.sluice.control.config.file.FileReason;
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
    /** The smallest there is: where pages are larger the bound is on the safe side. */
    private static final long PAGE_BYTES = 4096;

    private TcpMemory() {
    }

    /** From here on the kernel presses every connection to use less; no bound where that cannot be read. */
    static long underPressureBytes() {
        try {
            // by lines: the file ends after one read, and readString begins with a single byte
            return Long.parseLong(Files.readAllLines(TCP_MEM).getFirst().trim().split("\\s+", -1)[1]) * PAGE_BYTES;
        } catch (IOException absent) { // as in a network namespace
            return unbounded(FileReason.of(absent));
        } catch (NumberFormatException | IndexOutOfBoundsException | NoSuchElementException other) {
            return unbounded("it does not hold three numbers");
        }
    }

    private static long unbounded(String why) {
        LOG.info("{}: {}: what clients that do not read hold of TCP's memory is not bounded together", TCP_MEM, why);
        return Long.MAX_VALUE;
    }
}
