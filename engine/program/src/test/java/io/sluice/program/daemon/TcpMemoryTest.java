package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testbed.Program;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TCP's memory is known in a network namespace too, where the kernel does not show its setting. */
class TcpMemoryTest {
    /** In a process of its own: prints what it knows. */
    public static void main(String[] arguments) {
        System.out.println("bytes=" + TcpMemory.underPressureBytes());
    }

    @Test
    void a_network_namespace_knows_about_what_its_host_does(@TempDir Path folder) throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();
        String printed = Program.run(folder, "util-linux", List.of("unshare", "--net", java, "-cp",
                System.getProperty("java.class.path"), TcpMemoryTest.class.getName()));
        long there = Long.parseLong(printed.replaceFirst("(?s).*bytes=(\\d+).*", "$1"));
        long here = TcpMemory.underPressureBytes();
        assertThat(here).isBetween(1L << 20, 1L << 45);
        assertThat(there).isBetween(here / 16, here * 16);
    }
}
