package io.sluice.perftests.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.contender.Contenders;
import io.sluice.perftests.contender.NamespaceTopology;
import io.sluice.perftests.contender.OwnLoopback;
import io.sluice.perftests.contender.Running;
import io.sluice.perftests.contender.Situation;
import io.sluice.perftests.contender.Topology;
import io.sluice.perftests.contender.Work;
import io.sluice.perftests.host.Fingerprint;
import io.sluice.perftests.host.ProcessUsage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds with real contenders over real sockets. */
@Tag("peer")
class RoundsTest {
    @TempDir
    private Path folder;

    @Test
    void the_kernels_nat_carries_tcp_and_udp_on_a_loopback_of_its_own() throws IOException {
        everyoneMeasures(OwnLoopback.create("cubic"), Contenders.of("nft"), Contenders.of("direct"));
    }

    @Test
    void the_kernels_nat_carries_tcp_and_udp_between_namespaces() throws IOException {
        everyoneMeasures(NamespaceTopology.create("cubic"), Contenders.of("nft"), Contenders.of("direct"));
    }

    @Test
    void a_trial_that_fails_is_left_out_with_its_reason_and_the_others_count() throws IOException {
        Comparison comparison = run(OwnLoopback.create("cubic"), new Deaf(), Contenders.of("direct"));
        assertThat(comparison.find("direct", "rr-64", Metric.OPERATIONS_PER_SECOND)).isPresent();
        assertThat(comparison.find("deaf", "rr-64", Metric.OPERATIONS_PER_SECOND)).isEmpty();
        assertThat(comparison.remarks).anySatisfy(
                remark -> assertThat(remark).contains("rr-64  deaf: left out, no connection to"));
    }

    @Test
    void a_run_that_was_stopped_goes_on_with_the_round_it_had_not_finished() throws IOException {
        Path file = folder.resolve("result.json");
        Timing timing = new Timing(100_000_000, 400_000_000, 1, 100);
        List<String> told = new ArrayList<>();
        try (TestBed testBed = new TestBed(OwnLoopback.create("cubic"), List.of(0), List.of(), timing, folder)) {
            Comparison first = new Comparison(Instant.now(), "test", testBed.layout(), 3, timing,
                    Fingerprint.ofThisHost());
            List<Contender> direct = List.of(Contenders.of("direct"));
            assertThatThrownBy(
                    () -> new Rounds(testBed, direct, Workloads.of("rr-64"), first, told::add).run(comparison -> {
                        ComparisonFile.write(comparison, file);
                        if (comparison.roundsDone == 2) {
                            throw new IOException("stopped");
                        }
                    })).hasMessage("stopped");
            Comparison second = ComparisonFile.read(file);
            assertThat(second.roundsDone).isEqualTo(2);
            double[] before = second.find("direct", "rr-64", Metric.OPERATIONS_PER_SECOND).orElseThrow().present();
            new Rounds(testBed, direct, Workloads.of("rr-64"), second, told::add).run();
            assertThat(second.roundsDone).isEqualTo(3);
            assertThat(second.find("direct", "rr-64", Metric.OPERATIONS_PER_SECOND).orElseThrow().present())
                    .as("%s", told).startsWith(before).hasSize(3);
            assertThat(told).hasSize(3);
        }
    }

    private void everyoneMeasures(Topology topology, Contender... contenders) throws IOException {
        Comparison comparison = run(topology, contenders);
        assertThat(comparison.remarks).isEmpty();
        for (Contender contender : contenders) {
            for (String workload : List.of("rr-64", "udp-rr-64")) {
                Series rate = comparison.find(contender.name(), workload, Metric.OPERATIONS_PER_SECOND).orElseThrow();
                assertThat(rate.present()).as("%s %s", contender.name(), workload).hasSize(1);
                assertThat(rate.median()).isGreaterThan(100);
            }
        }
    }

    private Comparison run(Topology topology, Contender... contenders) throws IOException {
        Timing timing = new Timing(200_000_000, 600_000_000, 2, 100); // two visits each
        try (TestBed testBed = new TestBed(topology, List.of(0), List.of(), timing, folder)) {
            Comparison comparison = new Comparison(Instant.now(), topology.name(), testBed.layout(), 1, timing,
                    Fingerprint.ofThisHost());
            new Rounds(testBed, List.of(contenders), Workloads.of("rr-64,udp-rr-64"), comparison, text -> {
            }).run();
            return comparison;
        }
    }

    /** Says it serves, and does not. */
    private static final class Deaf implements Contender, Running {
        @Override
        public String name() {
            return "deaf";
        }

        @Override
        public String describe() {
            return "nobody listens";
        }

        @Override
        public Optional<String> missing(Topology topology) {
            return Optional.empty();
        }

        @Override
        public boolean carries(Work work) {
            return !work.udp();
        }

        @Override
        public Running start(Situation situation) {
            return this;
        }

        @Override
        public InetSocketAddress front(Work work) {
            return new InetSocketAddress("127.0.0.1", 1);
        }

        @Override
        public Optional<ProcessUsage> usage() {
            return Optional.empty();
        }

        @Override
        public Optional<ProcessHandle> process() {
            return Optional.empty();
        }

        @Override
        public void close() {
            // nothing was started
        }
    }
}
