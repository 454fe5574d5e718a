package io.sluice.program.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandoverChannelTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void a_reason_is_heard_although_who_gave_it_ended_without_listening() throws Exception {
        try (HandoverListener doorway = HandoverListener.open(directory)) {
            HandoverChannel next = HandoverChannel.connect(doorway.path());
            try (HandoverChannel former = doorway.accept(endedProcess(), PATIENCE)) {
                former.send("sockets");
                next.send("failed", "4\nline 7: no such key", List.of());
                next.close();
                assertThat(former.receive(PATIENCE).text()).isEqualTo("4\nline 7: no such key");
                assertThatThrownBy(() -> former.receive(PATIENCE)).isInstanceOf(EOFException.class);
            }
        }
    }

    @Test
    void whoever_ended_before_it_connected_is_not_waited_for() throws Exception {
        try (HandoverListener doorway = HandoverListener.open(directory)) {
            assertThatThrownBy(() -> doorway.accept(endedProcess(), PATIENCE))
                    .hasMessageContaining("ended with exit code 0");
        }
    }

    private static Process endedProcess() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        return process;
    }
}
