package io.sluice.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.tuning.check.Check;
import io.sluice.tuning.check.Feature;
import io.sluice.tuning.check.Finding;
import io.sluice.tuning.check.HostChecks;
import io.sluice.tuning.check.Severity;
import io.sluice.tuning.check.Usage;
import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.LiveHost;
import io.sluice.tuning.facts.RecordedHost;
import io.sluice.tuning.facts.RecordingHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What the doctor says about whole hosts. The expected text stands beside the recordings, in *.findings; after a
 * change that is meant, -Dgolden.write=true writes it anew, to be read in the diff.
 */
class DoctorTest {
    private static final Usage EVERYTHING = Usage.proxy().with(Feature.values());

    @Test
    void a_plain_virtual_machine_has_only_limits_to_raise() throws IOException {
        golden("virtual-machine", Hosts.virtualMachine(), Usage.proxy());
    }

    @Test
    void settings_below_the_defaults_are_warnings_with_the_counters_that_prove_harm() throws IOException {
        golden("small-limits", Hosts.variant("small-limits"), Usage.proxy().with(Feature.UDP));
    }

    @Test
    void an_old_kernel_and_a_plain_user_lack_exactly_what_is_named() throws IOException {
        golden("old-kernel", Hosts.variant("old-kernel"), EVERYTHING);
    }

    @Test
    void a_rootless_container_shows_its_quota_and_that_root_there_is_not_root() throws IOException {
        golden("container", Hosts.variant("container"), Usage.proxy().with(Feature.NAT, Feature.PING));
    }

    @Test
    void two_memory_nodes_and_a_badly_set_card_are_seen() throws IOException {
        golden("big-server", Hosts.variant("big-server"), Usage.proxy().with(Feature.DR).withLowLatency());
    }

    @Test
    void a_recording_of_this_host_gives_the_same_facts_as_the_host() {
        RecordingHost recorder = new RecordingHost(new LiveHost(Path.of("/")));
        HostFacts live = HostFacts.read(recorder, "self");
        HostFacts recorded = HostFacts.read(RecordedHost.of(recorder.recording()), "self");
        // the table of connections names peers and stays out of recordings
        assertThat(recorded).usingRecursiveComparison().ignoringFields("portUse").isEqualTo(live);
        assertThat(recorder.recording()).doesNotContain("/proc/net/tcp\n").doesNotContain("/proc/net/tcp6\n");
    }

    @Test
    void what_is_read_again_is_as_it_was_recorded_although_it_has_changed_since(
            @org.junit.jupiter.api.io.TempDir Path root) throws IOException {
        Path counters = Files.createDirectories(root.resolve("proc/net")).resolve("netstat");
        Files.writeString(counters, "1\n");
        RecordingHost recorder = new RecordingHost(new LiveHost(root));
        String first = recorder.text("/proc/net/netstat");
        Files.writeString(counters, "2\n");
        assertThat(recorder.text("/proc/net/netstat")).isEqualTo(first);
        assertThat(RecordedHost.of(recorder.recording()).text("/proc/net/netstat")).isEqualTo(first);
    }

    @Test
    void a_tree_of_files_gives_the_same_facts_as_the_recording_it_was_made_of(
            @org.junit.jupiter.api.io.TempDir Path root) throws IOException {
        RecordedHost recorded = Hosts.variant("container"); // without commands: those do not run below another root
        String key = null;
        for (String line : recorded.toString().split("\n")) {
            if (line.startsWith("=")) {
                key = line;
                Path file = root.resolve(line.substring(4));
                if (line.startsWith("== ") || line.startsWith("=+ ")) {
                    Files.createDirectories(file.getParent());
                    Files.writeString(file, "");
                } else if (line.startsWith("=> ")) {
                    Files.createDirectories(file.getParent());
                }
            } else if (key != null && key.startsWith("== ")) {
                Path file = root.resolve(key.substring(4));
                Files.writeString(file, Files.readString(file) + line + "\n");
            }
        }
        HostFacts fromTree = HostFacts.read(root);
        HostFacts fromRecording = Hosts.facts(recorded);
        // the tree has no compressed kernel configuration and no file that root may not read
        assertThat(fromTree).usingRecursiveComparison().ignoringFields("kernel.features", "sysctls.denied")
                .isEqualTo(fromRecording);
    }

    @Test
    void nothing_readable_gives_unknowns_and_no_failure() {
        Report report = Doctor.examine(HostFacts.read(RecordedHost.of(""), "self"), EVERYTHING, Set.of());
        assertThat(report.count(Severity.UNKNOWN)).isGreaterThan(10);
        assertThat(report.findings()).filteredOn(finding -> finding.id().equals("open-files"))
                .extracting(Finding::severity).containsExactly(Severity.UNKNOWN);
    }

    @Test
    void only_limits_the_checks() {
        Report report = Doctor.examine(Hosts.facts(Hosts.virtualMachine()), Usage.proxy(),
                Set.of("port-range", "accept-backlog"));
        assertThat(report.findings()).extracting(Finding::id).containsExactlyInAnyOrder("port-range", "accept-backlog");
        assertThat(Doctor.unknownIds(Set.of("port-range", "prot-range"))).containsExactly("prot-range");
    }

    @Test
    void every_check_has_a_unique_id_a_reason_and_a_source() {
        Set<String> ids = new HashSet<>();
        for (Check check : HostChecks.ALL) {
            assertThat(ids.add(check.id())).as(check.id()).isTrue();
            assertThat(check.id()).matches("[a-z0-9-]+");
            assertThat(check.why()).as(check.id()).endsWith(".").doesNotContain("  ").doesNotContain("\n");
            assertThat(check.source()).as(check.id()).isNotBlank();
        }
    }

    @Test
    void every_warning_or_error_names_what_is_wanted_and_a_command() {
        for (String variant : List.of("small-limits", "old-kernel", "container", "big-server")) {
            HostFacts host = Hosts.facts(Hosts.variant(variant));
            assertThat(Doctor.examine(host, EVERYTHING.withLowLatency(), Set.of()).findings())
                    .filteredOn(finding -> finding.severity() == Severity.WARNING
                            || finding.severity() == Severity.ERROR)
                    .allSatisfy(finding -> {
                        assertThat(finding.current()).as(finding.id()).isNotBlank();
                        assertThat(finding.wanted()).as(finding.id()).isNotBlank();
                        assertThat(finding.command()).as(finding.id()).isNotBlank();
                    });
        }
    }

    private static void golden(String name, RecordedHost host, Usage usage) throws IOException {
        String found = render(Doctor.examine(Hosts.facts(host), usage, Set.of()));
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(Path.of("src/test/resources/hosts/" + name + ".findings"), found);
            return;
        }
        assertThat(found).isEqualTo(Hosts.read(name + ".findings"));
    }

    private static String render(Report report) {
        Report.Host host = report.host();
        return host.name() + ", Linux " + host.kernel() + ", " + host.cpus() + " CPUs, "
                + (host.virtual() ? "virtual" : "physical")
                + (host.container().isEmpty() ? "" : ", in " + host.container()) + "\n"
                + report.findings().stream().map(DoctorTest::render).collect(Collectors.joining());
    }

    private static String render(Finding finding) {
        return finding.severity().word() + " " + finding.id()
                + (finding.subject().isEmpty() ? "" : " [" + finding.subject() + "]") + ": " + finding.current() + "\n"
                + (finding.wanted().isEmpty() ? "" : "    wanted: " + finding.wanted() + "\n")
                + (finding.command().isEmpty() ? "" : "    $ " + finding.command() + "\n");
    }
}
