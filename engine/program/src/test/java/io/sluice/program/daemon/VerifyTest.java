package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testbed.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code engine/bin/verify}: what it installs, what it asks of Maven, and what it says where something is missing. */
class VerifyTest {
    private static final Path VERIFY = Path.of("bin/verify");
    /** Two programs stand here for all that is needed. */
    private static final Pattern NEEDED = Pattern.compile("(?s)<<'NEEDED'\n.*?\nNEEDED");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeEach
    void copy() throws IOException {
        Path copy = directory.resolve("engine/bin/verify");
        Files.createDirectories(copy.getParent());
        Files.createDirectories(directory.resolve("jvm/bin"));
        String text = NEEDED.matcher(Files.readString(VERIFY)).replaceFirst("<<'NEEDED'\nmvn maven\n"
                + "no-such-program no-such-package\nNEEDED");
        write(copy, text.replace("/usr/lib/jvm/*", directory + "/jvm").replace("/usr/sbin/policy-rc.d",
                directory + "/policy"));
        jdk("25.0.3");
        program("mvn", "printf '<%s> ' \"$@\"; echo");
        program("id", "echo 0");
        program("apt-get", """
                [ "$1" = install ] || exit 0
                test -x %1$s/policy && echo 'nothing starts'
                for package; do :; done
                cp %1$s/bin/id %1$s/bin/no-such-program && echo "Setting up $package (1.2-3) ..."
                """.formatted(directory));
    }

    @Test
    void help_shows_every_option_with_examples_and_packages_are_named_once() throws Exception {
        ProgramRun help = ProgramRun.of(VERIFY.toAbsolutePath(), "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("--quick", "--long", "--random[=SEED]", "--packages", "Examples:",
                "engine/bin/verify --quick");
        assertThat(help.out().lines()).allMatch(line -> line.length() <= 120);
        ProgramRun packages = ProgramRun.of(VERIFY.toAbsolutePath(), "--packages");
        assertThat(packages.out().lines()).contains("haproxy", "iproute2", "chromium", "maven").doesNotHaveDuplicates()
                .allMatch(line -> line.matches("[a-z0-9.+-]+"));
    }

    @Test
    void what_is_missing_is_installed_once_and_told_then_maven_runs() throws Exception {
        ProgramRun first = verify();
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out()).startsWith("verify: installing no-such-package\n  no-such-package\n").contains(
                "<-B> <-ntp> <verify> \n", "verify: passed after 0 min ");
        assertThat(directory.resolve("target/packages.log")).content().contains("nothing starts");
        assertThat(directory.resolve("policy")).as("services may start again").doesNotExist();
        assertThat(verify().out()).startsWith("<-B> <-ntp> <verify> \n");
    }

    @Test
    void a_package_that_cannot_be_installed_is_told_with_what_apt_get_said() throws Exception {
        program("apt-get", "echo 'E: Unable to locate package'; exit 100");
        ProgramRun run = verify();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("E: Unable to locate package", "target/packages.log", "--quick");
        assertThat(run.out()).doesNotContain("<verify>");
        assertThat(directory.resolve("policy")).doesNotExist();
    }

    @Test
    void others_than_root_are_told_what_is_missing_and_how_to_go_on() throws Exception {
        program("id", "echo 1000");
        ProgramRun run = verify();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("missing: no-such-package", "sudo apt-get install", "engine/bin/verify --quick");
        assertThat(run.out()).isEmpty();
        program("no-such-program", "");
        assertThat(verify().err()).contains("run it as root, or with --quick");
        assertThat(verify("--quick").exitCode()).isZero();
    }

    @Test
    void a_quick_run_needs_maven_alone_and_leaves_tests_of_peers_out() throws Exception {
        program("id", "echo 1000");
        assertThat(verify("--quick", "--", "-pl", "scheduler").out()).startsWith(
                "<-B> <-ntp> <verify> <-DexcludedGroups=peer> <-pl> <scheduler> \n");
        assertThat(verify("--quick", "--long").out()).contains("<-Dsluice.long=true>");
    }

    @Test
    void a_random_order_is_told_by_its_seed_and_comes_again_with_it() throws Exception {
        String told = verify("--quick", "--random").out();
        assertThat(told).containsPattern("the same again: engine/bin/verify --random=\\d+\n");
        assertThat(verify("--quick", "--random=42").out()).contains(
                "<-Djunit.jupiter.execution.order.random.seed=42>",
                "<-Djunit.jupiter.testclass.order.default=org.junit.jupiter.api.ClassOrderer$Random>",
                "<-Djunit.jupiter.testmethod.order.default=org.junit.jupiter.api.MethodOrderer$Random>");
    }

    @Test
    void failed_tests_wrong_options_and_a_missing_jdk_have_their_exit_codes() throws Exception {
        program("mvn", "exit 3");
        ProgramRun failed = verify("--quick", "--random=7");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out()).contains("verify: failed after", "random order of seed 7");
        assertThat(verify("--fast").exitCode()).isEqualTo(2);
        assertThat(verify("--random=x").exitCode()).isEqualTo(2);
        jdk("26");
        ProgramRun without = verify("--quick");
        assertThat(without.exitCode()).isEqualTo(1);
        assertThat(without.err()).startsWith("verify: needs JDK 25;").contains(
                "apt-get install openjdk-25-jdk-headless",
                "packages.adoptium.net", "https://jdk.java.net/25");
    }

    // ---- the machine it runs on ----

    private ProgramRun verify(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(directory.resolve("engine/bin/verify").toString()));
        command.addAll(List.of(arguments));
        return ProgramRun.of(Map.of("JAVA_HOME", "", "PATH", directory.resolve("bin") + ":/usr/bin:/bin"), command);
    }

    private void jdk(String version) throws IOException {
        write(directory.resolve("jvm/bin/javac"), "");
        Files.writeString(directory.resolve("jvm/release"), "JAVA_VERSION=\"" + version + "\"\n");
    }

    private void program(String name, String does) throws IOException {
        Files.createDirectories(directory.resolve("bin"));
        write(directory.resolve("bin").resolve(name), "#!/bin/sh\n" + does + "\n");
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
