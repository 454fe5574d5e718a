package io.sluice.tuning.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.tuning.Hosts;
import io.sluice.tuning.facts.HostFacts;
import java.util.ArrayDeque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortForecastTest {

    @Test
    void ports_held_are_the_rate_times_the_time_each_is_held() {
        // 400 a second, each 2 s and then 60 s in TIME_WAIT
        PortForecast forecast = PortForecast.of(28_232, 1, 1, 400, 2, 60);
        assertThat(forecast.held()).isEqualTo(400 * 62.0);
        assertThat(forecast.peak()).isCloseTo(24_800 + 4 * Math.sqrt(24_800), within(1e-9));
        assertThat(forecast.severity()).isEqualTo(Severity.WARNING);
    }

    @Test
    void the_highest_rate_fills_the_ports_exactly() {
        PortForecast forecast = PortForecast.of(28_232, 2, 3, 100, 0.5, 60);
        double rate = forecast.highestRate();
        assertThat(rate).isCloseTo(28_232 * 6 / 60.5, within(1e-9));
        assertThat(PortForecast.of(28_232, 2, 3, rate, 0.5, 60).held()).isCloseTo(28_232, within(1e-6));
    }

    @Test
    void sources_and_servers_divide_the_load() {
        assertThat(PortForecast.of(28_232, 1, 1, 1_000, 1, 60).severity()).isEqualTo(Severity.ERROR);
        assertThat(PortForecast.of(28_232, 1, 4, 1_000, 1, 60).severity()).isEqualTo(Severity.OK);
        assertThat(PortForecast.of(28_232, 4, 1, 1_000, 1, 60).severity()).isEqualTo(Severity.OK);
    }

    @Test
    void reuse_after_one_second_carries_thirty_times_the_rate() {
        double without = PortForecast.of(28_232, 1, 1, 1, 1, PortForecast.TIME_WAIT_SECONDS).highestRate();
        double with = PortForecast.of(28_232, 1, 1, 1, 1, PortForecast.REUSE_SECONDS).highestRate();
        assertThat(with / without).isCloseTo(30.5, within(1e-9));
    }

    @Test
    void as_many_sources_as_advised_are_enough() {
        for (double rate : new double[]{500, 1_000, 5_000, 40_000}) {
            int needed = PortForecast.of(28_232, 1, 2, rate, 3, 60).sourcesNeeded(1);
            assertThat(PortForecast.of(28_232, needed, 2, rate, 3, 60).severity()).as("%s/s", rate)
                    .isEqualTo(Severity.OK);
        }
    }

    @Test
    void a_simulated_poisson_load_stays_below_the_forecast_peak() {
        long seed = 20_261_121;
        Random random = new Random(seed);
        PortForecast forecast = PortForecast.of(28_232, 1, 1, 200, 5, 60);
        PriorityQueue<Double> freed = new PriorityQueue<>();
        ArrayDeque<Integer> held = new ArrayDeque<>();
        double now = 0;
        int most = 0;
        while (now < 600) {
            now += -Math.log(1 - random.nextDouble()) / 200;
            while (!freed.isEmpty() && freed.peek() <= now) {
                freed.poll();
            }
            freed.add(now - 5 * Math.log(1 - random.nextDouble()) + 60);
            most = Math.max(most, freed.size());
            held.add(freed.size());
        }
        double mean = held.stream().skip(held.size() / 2).mapToInt(count -> count).average().orElseThrow();
        assertThat(mean).as("seed %d", seed).isCloseTo(forecast.held(), within(forecast.held() * 0.03));
        assertThat((double) most).as("seed %d", seed).isLessThan(forecast.peak());
    }

    @Test
    void impossible_questions_are_refused() {
        assertThatThrownBy(() -> PortForecast.of(28_232, 0, 1, 1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PortForecast.of(28_232, 1, 1, -1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_finding_names_the_load_the_limit_and_the_first_thing_to_do() {
        Finding narrow = forecast("", 1_000);
        assertThat(narrow.severity()).isEqualTo(Severity.ERROR);
        assertThat(narrow.current()).isEqualTo("1000 connections/s of 2 s + 60 s TIME_WAIT, 1 to 1: 62,996 of 28,232 "
                + "ports for each source and server (223 %)");
        assertThat(narrow.wanted()).isEqualTo("less than 70 %; at most 455 connections a second here");
        assertThat(narrow.command()).isEqualTo("sysctl -w net.ipv4.ip_local_port_range='10240 65535'");

        String wide = "== /proc/sys/net/ipv4/ip_local_port_range\n10240\t65535\n";
        assertThat(forecast(wide, 1_000).command()).isEqualTo("sysctl -w net.ipv4.tcp_tw_reuse=1");

        String reused = wide + "== /proc/sys/net/ipv4/tcp_tw_reuse\n1\n";
        assertThat(forecast(reused, 1_000).severity()).isEqualTo(Severity.OK);
        assertThat(forecast(reused, 30_000).command())
                .isEqualTo("in sluice.yaml, source-address: a list of 3 addresses");
    }

    @Test
    void sessions_of_udp_hold_no_port_after_their_end() {
        Usage usage = Usage.proxy().withPaths(List.of(new Usage.Path("dns", 1, 1, 100, 62, 0, false)));
        Finding finding = only(Hosts.facts(Hosts.virtualMachine()), usage, "port-forecast");
        assertThat(finding.current()).isEqualTo("100 sessions/s of 62 s, 1 to 1: 6,515 of 28,232 ports for each source "
                + "and server (23 %)");
    }

    @Test
    void reserved_ports_do_not_count() {
        Finding finding = forecast("== /proc/sys/net/ipv4/ip_local_reserved_ports\n32768-40000,50000,70\n", 10);
        assertThat(finding.current()).contains("of 20,998 ports");
    }

    @Test
    void a_service_is_warned_of_more_connections_at_once_than_ports() {
        Usage usage = Usage.proxy().withPaths(List.of(new Usage.Path("web", 1, 2, 0, 0, 100_000, true)));
        Finding finding = only(Hosts.facts(Hosts.virtualMachine()), usage, "port-forecast");
        assertThat(finding.subject()).isEqualTo("web");
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.current()).startsWith("100,000 connections at once, 1 to 2: 50,000 of 28,232 ports");
    }

    @Test
    void ports_in_use_now_are_counted_for_each_pair_of_addresses() {
        StringBuilder table = new StringBuilder("  sl  local_address rem_address   st\n");
        for (int i = 0; i < 21_000; i++) { // 10.0.0.5 to 192.168.94.105:3389, every third in TIME_WAIT
            table.append(String.format("%4d: 0500000A:%04X 695EA8C0:0D3D %s 00000000:00000000\n", i, 32_768 + i,
                    i % 3 == 0
                            ? "06"
                            : "01"));
        }
        for (int i = 0; i < 1_200; i++) { // connections to a listener of ours, and listeners, hold no local port
            table.append(String.format("%4d: 0500000A:0050 %08X:C000 01 00000000:00000000\n", i, i));
        }
        HostFacts host = Hosts.facts(Hosts.virtualMachine().with("== /proc/net/tcp\n" + table));
        Finding finding = only(host, Usage.proxy(), "port-use");
        assertThat(finding.subject()).isEqualTo("10.0.0.5 to 192.168.94.105:3389");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.current()).isEqualTo("21,000 of 28,232 ports (74 %), 7,000 of them in TIME_WAIT");
    }

    private static Finding forecast(String overlay, double rate) {
        Usage usage = Usage.proxy().withPaths(List.of(new Usage.Path("web", 1, 1, rate, 2, 0, true)));
        return only(Hosts.facts(Hosts.virtualMachine().with(overlay)), usage, "port-forecast");
    }

    private static Finding only(HostFacts host, Usage usage, String id) {
        List<Finding> findings = io.sluice.tuning.Doctor.examine(host, usage, Set.of(id)).findings();
        assertThat(findings).hasSize(1);
        return findings.getFirst();
    }
}
