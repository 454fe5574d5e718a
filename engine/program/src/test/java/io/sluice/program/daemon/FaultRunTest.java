package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testbed.NamedServer;
import io.sluice.testbed.SmallDisk;
import io.sluice.testbed.faults.Backend;
import io.sluice.testbed.faults.Fault;
import io.sluice.testbed.faults.FaultRun;
import io.sluice.testbed.faults.FaultSchedule;
import io.sluice.testbed.faults.FaultTarget;
import io.sluice.testbed.faults.LogPipe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runner of fault schedules finds what it looks for, in a daemon that is none: clients reach the server itself. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class FaultRunTest {
    @TempDir
    Path directory;

    @Test
    void a_reload_that_ends_connections_is_told_with_the_seed_and_the_schedule() throws Exception {
        var schedule = new FaultSchedule(42, Duration.ofSeconds(2),
                List.of(new FaultSchedule.Step(Fault.RELOAD, 1_000, 500, 0)));
        try (Backend server = new Backend("a"); Losing target = new Losing(directory, server)) {
            assertThatThrownBy(() -> new FaultRun(schedule, target, List.of(server)).run())
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("seed 42, 2 s: RELOAD at 1.0 s for 0.5 s")
                    .hasMessageContaining("an established connection to a that nothing touched ended");
        }
    }

    /** A reload of it loses every connection, and says nothing. */
    private static final class Losing implements FaultTarget, AutoCloseable {
        private final Backend udp;
        private final LogPipe log;
        private final int port;
        private NamedServer tcp = new NamedServer("a");

        Losing(Path directory, Backend udp) throws Exception {
            this.udp = udp;
            log = new LogPipe(directory.resolve("log"));
            port = tcp.port();
        }

        @Override
        public int tcpPort() {
            return port;
        }

        @Override
        public int udpPort() {
            return udp.port;
        }

        @Override
        public SmallDisk disk() {
            throw new UnsupportedOperationException("this daemon has no disk");
        }

        @Override
        public LogPipe log() {
            return log;
        }

        @Override
        public long pid() {
            return ProcessHandle.current().pid();
        }

        @Override
        public void killAndStart() {
            throw new IllegalStateException("not in this schedule");
        }

        @Override
        public boolean reload(int variant) throws IOException {
            tcp.close();
            tcp = new NamedServer("a", port);
            return true;
        }

        @Override
        public boolean upgrade() {
            return true;
        }

        @Override
        public void ask() {
            // always answers
        }

        @Override
        public void close() throws Exception {
            tcp.close();
            log.close();
        }
    }
}
