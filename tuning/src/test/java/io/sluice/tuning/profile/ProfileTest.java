package io.sluice.tuning.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.tuning.Hosts;
import io.sluice.tuning.check.Check;
import io.sluice.tuning.check.HostChecks;
import io.sluice.tuning.facts.LiveHost;
import io.sluice.tuning.facts.RecordedHost;
import io.sluice.tuning.profile.ProfileOutcome.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void low_latency_keeps_cpus_awake_and_cards_prompt() {
        assertThat(commands(Profile.LOW_LATENCY, Hosts.variant("big-server"))).contains(
                "sysctl -w net.core.busy_poll=50", "ethtool -C ens1f0np0 adaptive-rx off rx-usecs 10",
                "echo 1 >/sys/devices/system/cpu/cpu0/cpuidle/state3/disable",
                "echo performance >/sys/devices/system/cpu/cpu15/cpufreq/scaling_governor",
                "echo madvise >/sys/kernel/mm/transparent_hugepage/enabled", "sysctl -w kernel.numa_balancing=0",
                "sysctl -w net.ipv4.ip_local_port_range='10240 65535'")
                .doesNotContain("ethtool -G ens1f0np0 rx 4096",
                        "echo performance >/sys/devices/system/cpu/cpu3/cpufreq/scaling_governor",
                        "echo 1 >/sys/devices/system/cpu/cpu0/cpuidle/state1/disable");
    }

    @Test
    void high_throughput_fills_rings_buffers_and_cpus() {
        assertThat(commands(Profile.HIGH_THROUGHPUT, Hosts.variant("big-server"))).contains(
                "ethtool -G ens1f0np0 rx 4096", "echo ffff >/sys/class/net/ens1f0np0/queues/rx-0/rps_cpus",
                "sysctl -w net.ipv4.tcp_wmem='4096 16384 33554432'", "sysctl -w net.core.netdev_budget=600",
                "ethtool -K ens1f0np0 generic-receive-offload on")
                .doesNotContain("sysctl -w net.core.busy_poll=50", "sysctl -w net.ipv4.tcp_wmem='4096 16384 16777216'");
    }

    @Test
    void interrupts_that_share_a_cpu_are_spread_unless_irqbalance_does_it() {
        RecordedHost balanced = Hosts.variant("big-server");
        assertThat(commands(Profile.LOW_LATENCY, balanced)).noneMatch(command -> command.contains("/proc/irq/"));
        assertThat(commands(Profile.LOW_LATENCY, balanced.with("=- /run/irqbalance\n"))).contains(
                "echo 1 >/proc/irq/121/smp_affinity_list", "echo 3 >/proc/irq/123/smp_affinity_list");
    }

    @Test
    void ports_that_sluice_listens_on_are_reserved_beside_those_that_were() {
        RecordedHost host = Hosts.virtualMachine().with("== /proc/sys/net/ipv4/ip_local_reserved_ports\n8080\n");
        assertThat(Profile.LOW_LATENCY.plan(host, Set.of("reserved-ports"), Set.of(80, 3389, 3390))).extracting(
                SettingChange::wanted).containsExactly("3389-3390,8080");
        assertThat(Profile.LOW_LATENCY.plan(host, Set.of("reserved-ports"), Set.of(80, 8080))).isEmpty();
    }

    @Test
    void what_is_better_already_stays() {
        RecordedHost generous = Hosts.virtualMachine().with("""
                == /proc/sys/net/core/somaxconn
                65535
                == /proc/sys/fs/pipe-user-pages-soft
                0
                == /proc/sys/net/ipv4/ip_local_port_range
                2000	65001
                == /proc/sys/vm/swappiness
                1
                """);
        assertThat(Profile.LOW_LATENCY.plan(generous, Set.of(), Set.of())).extracting(SettingChange::target)
                .doesNotContain(
                        "net.core.somaxconn", "fs.pipe-user-pages-soft", "net.ipv4.ip_local_port_range",
                        "vm.swappiness");
    }

    @Test
    void every_change_belongs_to_a_check_and_says_why() {
        List<String> ids = HostChecks.ALL.stream().map(Check::id).toList();
        for (Profile profile : Profile.values()) {
            assertThat(profile.plan(Hosts.variant("big-server"), Set.of(), Set.of())).isNotEmpty()
                    .allSatisfy(change -> {
                        assertThat(ids).contains(change.id());
                        assertThat(change.why()).isNotBlank();
                        assertThat(change.current()).isNotEqualTo(change.wanted());
                    });
        }
    }

    @Test
    void applying_writes_reads_back_and_undo_restores() throws IOException {
        Path root = tree();
        Tuner tuner = tuner(root);
        List<ProfileOutcome> applied = tuner.apply(Profile.LOW_LATENCY.plan(new LiveHost(root), Set.of(), Set.of()));
        assertThat(applied).extracting(ProfileOutcome::result).containsOnly(Result.DONE);
        assertThat(value(root, "proc/sys/net/core/somaxconn")).isEqualTo("16384");
        assertThat(tuner.hasUndo()).isTrue();

        assertThat(tuner.undo()).extracting(ProfileOutcome::result).containsOnly(Result.DONE);
        assertThat(value(root, "proc/sys/net/core/somaxconn")).isEqualTo("4096");
        assertThat(value(root, "proc/sys/net/ipv4/ip_local_port_range")).isEqualTo("32768 60999");
        assertThat(tuner.hasUndo()).isFalse();
        assertThat(directory.resolve("state")).isEmptyDirectory();
    }

    @Test
    void undo_after_two_profiles_goes_back_to_before_the_first() throws IOException {
        Path root = tree();
        Tuner tuner = tuner(root);
        tuner.apply(Profile.LOW_LATENCY.plan(new LiveHost(root), Set.of(), Set.of()));
        assertThat(value(root, "proc/sys/net/ipv4/tcp_wmem")).isEqualTo("4096 16384 16777216");
        tuner.apply(Profile.HIGH_THROUGHPUT.plan(new LiveHost(root), Set.of(), Set.of()));
        assertThat(value(root, "proc/sys/net/ipv4/tcp_wmem")).isEqualTo("4096 16384 33554432");
        tuner.undo();
        assertThat(value(root, "proc/sys/net/ipv4/tcp_wmem")).isEqualTo("4096 16384 4194304");
        assertThat(value(root, "proc/sys/net/core/somaxconn")).isEqualTo("4096");
    }

    @Test
    void undo_leaves_alone_what_somebody_has_changed_since() throws IOException {
        Path root = tree();
        Tuner tuner = tuner(root);
        tuner.apply(Profile.LOW_LATENCY.plan(new LiveHost(root), Set.of("accept-backlog", "syn-backlog"), Set.of()));
        Files.writeString(root.resolve("proc/sys/net/core/somaxconn"), "12345\n");
        List<ProfileOutcome> undone = tuner.undo();
        assertThat(undone).filteredOn(outcome -> outcome.target().equals("net.core.somaxconn")).singleElement()
                .satisfies(outcome -> {
                    assertThat(outcome.result()).isEqualTo(Result.LEFT);
                    assertThat(outcome.detail()).contains("it was 4096 before Sluice");
                });
        assertThat(value(root, "proc/sys/net/core/somaxconn")).isEqualTo("12345");
        assertThat(value(root, "proc/sys/net/ipv4/tcp_max_syn_backlog")).isEqualTo("2048");
    }

    @Test
    void a_reboot_has_undone_everything_already() throws IOException {
        Path root = tree();
        Tuner tuner = tuner(root);
        tuner.apply(Profile.LOW_LATENCY.plan(new LiveHost(root), Set.of("accept-backlog"), Set.of()));
        Files.writeString(root.resolve("proc/sys/kernel/random/boot_id"), "another\n");
        assertThat(tuner.hasUndo()).isFalse();
        assertThat(tuner.undo()).isEmpty();
        assertThat(value(root, "proc/sys/net/core/somaxconn")).isEqualTo("16384");
    }

    @Test
    void one_setting_that_fails_does_not_stop_the_others() throws IOException {
        Path root = tree();
        List<SettingChange> changes = Profile.LOW_LATENCY.plan(new LiveHost(root),
                Set.of("accept-backlog", "syn-backlog"),
                Set.of());
        Files.delete(root.resolve("proc/sys/net/core/somaxconn"));
        List<ProfileOutcome> outcomes = tuner(root).apply(changes);
        assertThat(outcomes).extracting(ProfileOutcome::result).containsExactlyInAnyOrder(Result.FAILED, Result.DONE);
        assertThat(outcomes).filteredOn(outcome -> outcome.result() == Result.FAILED).singleElement()
                .extracting(ProfileOutcome::detail).isEqualTo("not on this host");
        assertThat(root.resolve("proc/sys/net/core/somaxconn")).doesNotExist();
    }

    @Test
    void nothing_is_changed_when_the_undo_file_cannot_be_written() throws IOException {
        Path root = tree();
        Files.writeString(directory.resolve("state"), "a file where the directory should be");
        List<SettingChange> changes = Profile.LOW_LATENCY.plan(new LiveHost(root), Set.of(), Set.of());
        assertThatThrownBy(() -> tuner(root).apply(changes)).isInstanceOf(IOException.class);
        assertThat(value(root, "proc/sys/net/core/somaxconn")).isEqualTo("4096");
    }

    private Tuner tuner(Path root) {
        return new Tuner(new LiveHost(root), new HostWriter(root), directory.resolve("state"));
    }

    /** The virtual machine's /proc/sys as files. */
    private Path tree() throws IOException {
        Path root = directory.resolve("root");
        RecordedHost host = Hosts.virtualMachine();
        for (String line : host.toString().split("\n")) {
            if (line.startsWith("== /proc/sys/")) {
                Path file = root.resolve(line.substring(4));
                Files.createDirectories(file.getParent());
                Files.writeString(file, host.text(line.substring(3)) + "\n");
            }
        }
        return root;
    }

    private static String value(Path root, String file) throws IOException {
        return Files.readString(root.resolve(file)).strip().replaceAll("\\s+", " ");
    }

    private static List<String> commands(Profile profile, RecordedHost host) {
        return profile.plan(host, Set.of(), Set.of()).stream().map(SettingChange::command).toList();
    }
}
