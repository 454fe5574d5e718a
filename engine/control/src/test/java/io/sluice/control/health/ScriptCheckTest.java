package io.sluice.control.health;

import static io.sluice.control.health.Recorder.QUICK;
import static io.sluice.control.health.Recorder.local;
import static io.sluice.control.health.Recorder.once;
import static io.sluice.control.health.Recorder.target;
import static io.sluice.control.health.Recorder.timing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.HealthCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptCheckTest {
    @TempDir
    Path folder;

    private HealthCheck.Script script(HealthCheck.Timing timing, String text, String... arguments) throws Exception {
        Path file = folder.resolve("check");
        Path written = Files.writeString(folder.resolve("check.new"), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(written, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        var command = new ArrayList<>(List.of(file.toString()));
        command.addAll(List.of(arguments));
        return new HealthCheck.Script(command, 0, timing);
    }

    @Test
    void exit_0_is_up_and_anything_else_is_down_with_what_it_said() throws Exception {
        CheckStatus up = once(local(3389), script(QUICK, "echo fine; echo more"));
        assertThat(up.state()).isEqualTo(ServerHealth.UP);
        assertThat(up.detail()).isEqualTo("script check: exit 0: fine");
        CheckStatus down = once(local(3389), script(QUICK, "echo replication is 40 s behind >&2; exit 3"));
        assertThat(down.state()).isEqualTo(ServerHealth.DOWN);
        assertThat(down.detail()).isEqualTo("script check: exit 3: replication is 40 s behind");
    }

    @Test
    void arguments_and_environment_tell_what_to_check() throws Exception {
        CheckStatus status = once(local(3389),
                script(QUICK, "echo $1 $2 $SERVICE $SERVER $ADDRESS $PORT $HOME_IS_NOT_PASSED$JAVA_HOME", "a b", "c"));
        assertThat(status.detail()).isEqualTo("script check: exit 0: a b c web one 127.0.0.1 3389");
        assertThat(once(local(3389), new HealthCheck.Script(List.of("sh", "-c", "echo $PORT"), 99, QUICK)).detail())
                .isEqualTo("script sh: exit 0: 99");
    }

    @Test
    void a_script_that_hangs_is_killed_with_everything_it_started() throws Exception {
        String mark = "sluice-" + UUID.randomUUID();
        // in its group, in the background, and in a session of its own
        String text = "sleep 1000 & setsid sh -c 'sleep 1000; : \"$0\"' " + mark + " & sh -c 'sleep 1000; : \"$0\"' "
                + mark + "; wait";
        CheckStatus status = once(local(3389), script(timing(100_000, 500), text, mark));
        assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
        assertThat(status.detail())
                .isEqualTo("script check: timed out: no exit within 500ms: killed with everything it started");
        await().atMost(Recorder.DEADLINE).untilAsserted(() -> assertThat(processes(mark)).isEmpty());
    }

    @Test
    void what_a_script_leaves_in_the_background_ends_with_it() throws Exception {
        String mark = "sluice-" + UUID.randomUUID();
        CheckStatus status = once(local(3389),
                script(QUICK, "sh -c 'sleep 1000; : \"$0\"' " + mark + " & echo started", mark));
        assertThat(status.detail()).isEqualTo("script check: exit 0: started");
        await().atMost(Recorder.DEADLINE).untilAsserted(() -> assertThat(processes(mark)).isEmpty());
    }

    @Test
    void closing_the_checks_kills_a_running_script() throws Exception {
        String mark = "sluice-" + UUID.randomUUID();
        try (Recorder recorder = new Recorder()) {
            recorder.checks.apply(List.of(target("one", local(1), script(timing(100, 60_000), "sleep 1000", mark))));
            await().atMost(Recorder.DEADLINE).until(() -> !processes(mark).isEmpty());
        }
        await().atMost(Recorder.DEADLINE).untilAsserted(() -> assertThat(processes(mark)).isEmpty());
    }

    @Test
    void much_output_blocks_nothing() throws Exception {
        assertThat(once(local(1), script(QUICK, "head -c 1000000 /dev/zero | tr '\\0' x; exit 0")).detail())
                .startsWith("script check: exit 0: xxx").endsWith("...");
    }

    @Test
    void a_missing_script_says_so_and_takes_nothing_down_that_is_up() throws Exception {
        CheckStatus status = once(local(1), new HealthCheck.Script(List.of("/nonexistent/check"), 0, QUICK));
        assertThat(status.state()).isEqualTo(ServerHealth.CHECKING);
        assertThat(status.detail()).isEqualTo("script check: /nonexistent/check is not an executable file");

        try (Recorder recorder = new Recorder()) {
            recorder.checks.apply(List.of(target("one", local(1), script(QUICK, "exit 0"))));
            recorder.awaitState("one", ServerHealth.UP);
            Files.delete(folder.resolve("check"));
            CheckStatus later = recorder.awaitStatus("one", now -> !now.passed() && now.streak() > 4);
            assertThat(later.state()).isEqualTo(ServerHealth.UP);
            assertThat(later.detail()).contains("is not an executable file");
            script(QUICK, "exit 1");
            recorder.awaitState("one", ServerHealth.DOWN);
        }
    }

    private static List<String> processes(String mark) {
        return ProcessHandle.allProcesses().map(ProcessHandle::info)
                .map(info -> info.commandLine().orElse(""))
                .filter(line -> line.contains(mark)).toList();
    }
}
