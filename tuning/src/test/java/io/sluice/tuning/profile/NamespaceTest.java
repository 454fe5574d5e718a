package io.sluice.tuning.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applies and undoes for real, on the settings that a network namespace has of its own. Needs root and iproute2. */
@Tag("peer")
class NamespaceTest {
    private static final String NAMESPACE = "sluice-tuning-" + ProcessHandle.current().pid();
    private static final String OWN = "port-range,reserved-ports,accept-backlog,syn-backlog,slow-start-after-idle,time-wait-reuse";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path state;

    @BeforeEach
    void namespace() throws Exception {
        run("ip", "netns", "add", NAMESPACE);
    }

    @AfterEach
    void remove() throws Exception {
        run("ip", "netns", "delete", NAMESPACE);
    }

    @Test
    void a_profile_is_applied_to_the_kernel_and_undone() throws Exception {
        String before = settings();
        String hostBefore = run("cat", "/proc/sys/net/core/somaxconn", "/proc/sys/net/ipv4/ip_local_port_range");

        String applied = tuner("apply");
        assertThat(applied).contains("DONE net.core.somaxconn: 4096 -> 16384")
                .contains("DONE net.ipv4.ip_local_port_range: 32768 60999 -> 10240 65535")
                .contains("DONE net.ipv4.ip_local_reserved_ports:  -> 3389,9443-9444").doesNotContain("FAILED");
        assertThat(settings()).contains("16384").contains("3389,9443-9444").contains("10240\t65535")
                .isNotEqualTo(before);
        assertThat(tuner("apply")).as("nothing is left to apply").isEmpty();

        assertThat(tuner("undo")).contains("DONE net.core.somaxconn: 16384 -> 4096").doesNotContain("FAILED");
        assertThat(settings()).isEqualTo(before);
        assertThat(tuner("undo")).as("nothing is left to undo").isEmpty();
        assertThat(run("cat", "/proc/sys/net/core/somaxconn", "/proc/sys/net/ipv4/ip_local_port_range"))
                .as("the host itself").isEqualTo(hostBefore);
    }

    private String tuner(String verb) throws Exception {
        return inside(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System
                .getProperty("java.class.path"), NamespaceTuner.class.getName(), verb, state.toString(), "low-latency",
                OWN);
    }

    private static String settings() throws Exception {
        return inside("sh", "-c", "cd /proc/sys/net && cat core/somaxconn ipv4/ip_local_port_range "
                + "ipv4/ip_local_reserved_ports ipv4/tcp_max_syn_backlog ipv4/tcp_slow_start_after_idle ipv4/tcp_tw_reuse");
    }

    private static String inside(String... command) throws Exception {
        return run(Stream.concat(Stream.of("ip", "netns", "exec", NAMESPACE), Stream.of(command)).toArray(
                String[]::new));
    }

    private static String run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException missing) {
            throw new AssertionError("this test needs " + command[0] + ": apt-get install iproute2", missing);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", List.of(command)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", String.join(" ", command), output).isZero();
        return output;
    }
}
