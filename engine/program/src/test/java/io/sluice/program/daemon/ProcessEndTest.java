package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.WorkerColumn;
import io.sluice.dataplane.worker.Transport;
import io.sluice.ringbuffers.counters.CountersReader;
import io.sluice.ringbuffers.counters.Kind;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a process whose worker cannot go on. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ProcessEndTest {
    /** An io_uring cannot be lost like that: the kernel keeps a registered ring when its descriptors are closed. */
    static Stream<Arguments> losses() {
        return Stream.of(Arguments.of(Transport.EPOLL, "memory", FaultKind.COMMAND, "OutOfMemoryError"),
                Arguments.of(Transport.IO_URING, "memory", FaultKind.COMMAND, "OutOfMemoryError"),
                Arguments.of(Transport.EPOLL, "transport", FaultKind.LOOP, "worker-0 cannot go on"));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void it_ends_with_exit_code_1_and_a_word_and_its_counters_tell_of_it(Transport transport, String lost,
            FaultKind kind, String said, @TempDir Path directory) throws Exception {
        Path err = directory.resolve("err");
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-D")).forEach(command::add);
        command.addAll(List.of("-Xmx48m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), WorkerEndMain.class.getName(), transport.name(), lost,
                directory.toString()));
        Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            String text = Files.readString(err, StandardCharsets.UTF_8);
            assertThat(process.exitValue()).as(text).isEqualTo(1);
            assertThat(text).contains(said).contains("exit code 1");
            try (var counters = CountersReader.open(directory.resolve("counters"))) {
                assertThat(counters.sum(Kind.WORKER, "", "", WorkerColumn.FAULTS + kind.ordinal())).isPositive();
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
