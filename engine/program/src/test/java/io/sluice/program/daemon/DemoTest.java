package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.program.demo.Demo;
import io.sluice.testbed.Installation;
import io.sluice.testbed.ProgramRun;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The first thing a newcomer sees. */
class DemoTest {
    @Test
    void shares_load_evenly_and_loses_nobody_after_a_server_was_killed() throws Exception {
        var text = new StringWriter();
        try (var demo = new Demo(new PrintWriter(text), false)) {
            Demo.Report report = demo.run(Duration.ofSeconds(1));
            assertThat(report.requestsPerSecond()).isPositive();
            assertThat(report.failures()).isZero();
            assertThat(report.shares()).hasSize(3).allSatisfy((server, share) -> assertThat(share).isBetween(0.1, 0.6));
            assertThat(report.failuresAfterwards()).isZero();
            assertThat(report.p50Micros()).isPositive().isLessThanOrEqualTo(report.p99Micros());
            assertThat(text.toString()).contains("server-2 is down and taken out");
        }
    }

    @Test
    void tells_its_story_alone_and_cleans_up() throws Exception {
        try (var sluice = new Installation()) {
            ProgramRun run = ProgramRun.of(sluice.launcher(), "demo", "--seconds", "1");
            assertThat(run.exitCode()).as("%s", run).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).contains("three real servers behind it, all up", " requests/s over ", "server-3 ",
                    "of the requests since then none failed", "sluice demo --keep").doesNotContain("\u001B", "\r");
        }
    }
}
