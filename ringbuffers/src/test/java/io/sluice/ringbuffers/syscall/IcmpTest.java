package io.sluice.ringbuffers.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ringbuffers.ip.Ip;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IcmpTest {
    @Tag("peer")
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void this_host_answers_an_echo_request(String text) throws Exception {
        Ip ip = Ip.parse(text);
        try (Icmp icmp = new Icmp(); Poll poll = new Poll(1)) {
            Icmp.Echo echo = icmp.open(ip, ip);
            try {
                assertThat(icmp.receive(echo)).isEqualTo(-Errno.EAGAIN);
                assertThat(icmp.send(echo)).isEqualTo(64);
                int result;
                do { // a raw socket on loopback sees our own request as well
                    poll.watch(0, echo.fd(), Poll.POLLIN);
                    assertThat(poll.poll(1, 30_000)).isEqualTo(1);
                    result = icmp.receive(echo);
                } while (result == -Errno.EAGAIN);
                assertThat(result).isEqualTo(1);
            } finally {
                Files.close(echo.fd());
            }
        }
    }

    @Test
    void a_process_group_dies_as_one() throws Exception {
        Process leader = new ProcessBuilder("setsid", "sh", "-c", "sleep 1000 & echo started; wait")
                .redirectErrorStream(true).start();
        leader.inputReader().readLine();
        int group = (int) leader.pid();
        assertThat(Processes.killGroup(group, 0)).isZero();
        assertThat(Processes.killGroup(group, Processes.SIGKILL)).isZero();
        assertThat(leader.waitFor(30, TimeUnit.SECONDS)).isTrue();
        // end of file: the background sleep, which held the pipe too, is gone
        assertThat(leader.inputReader().readLine()).isNull();
    }
}
