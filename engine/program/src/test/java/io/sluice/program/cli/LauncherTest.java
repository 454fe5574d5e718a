package io.sluice.program.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.program.build.Version;
import io.sluice.testbed.Installation;
import io.sluice.testbed.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code engine/bin/sluice}: which JDK it takes, with which flags, what it does in a checkout, and its AOT caches. */
class LauncherTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** In place of /usr/lib/jvm. */
    @SuppressWarnings("NullAway.Init")
    private Path jdks;

    @BeforeEach
    void noJdks() throws IOException {
        jdks = Files.createDirectories(directory.resolve("jvm"));
    }

    @Test
    void the_flags_are_those_that_the_build_tests_with() throws IOException {
        assertThat(first("(?m)^flags=\"([^\"]*)\"$", Files.readString(Path.of("bin/sluice"))))
                .isEqualTo(first("<sluice.jvm.flags>(.*)</sluice.jvm.flags>", Files.readString(Path.of("../pom.xml"))));
    }

    // ---- the JDK ----

    @Test
    void java_home_wins_when_it_is_25_or_newer() throws Exception {
        jdk(jdks.resolve("a-25"), "25.0.3");
        Path mine = jdk(directory.resolve("mine"), "26");
        assertThat(installed(mine.toString(), "version").out()).startsWith(mine + "/bin/java ");
    }

    @Test
    void an_older_java_home_is_passed_over_for_one_of_the_system() throws Exception {
        jdk(jdks.resolve("a-17"), "17.0.16");
        Path system = jdk(jdks.resolve("b-25"), "25.0.3");
        Path mine = jdk(directory.resolve("mine"), "21.0.8");
        assertThat(installed(mine.toString(), "version").out()).startsWith(system + "/bin/java ");
        assertThat(installed("", "version").out()).startsWith(system + "/bin/java ");
    }

    @Test
    void without_jdk_25_it_says_where_to_get_one() throws Exception {
        jdk(jdks.resolve("a-17"), "17.0.16");
        Path mine = jdk(directory.resolve("mine"), "21.0.8");
        ProgramRun run = installed(mine.toString(), "version");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("sluice: needs JDK 25 or newer; none in JAVA_HOME (" + mine + ")").contains(
                "apt-get install temurin-25-jdk", "packages.adoptium.net", "https://jdk.java.net/25");
        assertThat(installed("", "version").err()).contains("JAVA_HOME (not set)");
    }

    @Test
    void arguments_with_spaces_and_a_link_in_a_folder_with_spaces_arrive_as_they_are() throws Exception {
        Path mine = jdk(directory.resolve("a jdk"), "25");
        Path prefix = prefix(directory.resolve("a prefix"));
        Path link = Files.createSymbolicLink(directory.resolve("sluice"), Path.of("a prefix/bin/sluice"));
        String line = run(link, mine.toString(), "check", "-c", "my file.yaml").out();
        assertThat(line).startsWith(mine + "/bin/java <--enable-native-access=ALL-UNNAMED>").contains(
                "<-Dsluice.home=" + prefix + ">").endsWith(
                        "<-cp> <" + prefix + "/lib/a.jar:" + prefix
                                + "/lib/b.jar:> <io.sluice.program.cli.Main> <check> <-c> <my file.yaml>\n");
    }

    @Test
    void the_laboratory_is_another_program() throws Exception {
        jdk(jdks.resolve("25"), "25");
        for (String command : List.of("load", "compare", "perf")) {
            assertThat(installed("", command, "--help").out()).contains("/lib-load/*> <io.sluice.perftests.Main> <"
                    + command + "> <--help>");
        }
    }

    // ---- a checkout ----

    @Test
    void a_checkout_without_a_build_is_built_once_with_its_progress_shown() throws Exception {
        jdk(jdks.resolve("25"), "25");
        Path launcher = checkout();
        maven("mkdir -p engine/target/dist/lib && touch engine/target/dist/lib/.complete engine/target/dist/lib/a.jar");
        ProgramRun first = run(launcher, "", "version");
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.err()).contains("first run from this checkout, building it once")
                .contains("  [1/2] ringbuffers")
                .contains("  [2/2] engine").doesNotContain("[INFO]");
        assertThat(first.out()).contains("<io.sluice.program.cli.Main> <version>");
        ProgramRun second = run(launcher, "", "version");
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).isEqualTo(first.out());
    }

    @Test
    void a_build_that_fails_names_its_log() throws Exception {
        jdk(jdks.resolve("25"), "25");
        Path launcher = checkout();
        maven("echo '[ERROR] no such thing'; exit 1");
        ProgramRun run = run(launcher, "", "version");
        assertThat(run.exitCode()).isEqualTo(1);
        Path log = Path.of(first("the build failed; see (.*)", run.err()));
        assertThat(log).content().contains("[ERROR] no such thing");
    }

    // ---- the AOT caches ----

    @Test
    void recorded_caches_are_used_and_those_that_do_not_fit_are_passed_over_in_silence() throws Exception {
        try (var sluice = new Installation()) {
            assertCachesWork(sluice);
        }
    }

    private void assertCachesWork(Installation sluice) throws Exception {
        ProgramRun recorded = ProgramRun.of(sluice.launcher(), "--record-aot-caches");
        assertThat(recorded).isEqualTo(new ProgramRun(0, "", ""));
        assertThat(caches(sluice)).hasSize(2);
        Path commands = caches(sluice).getFirst();
        assertThat(commands.getFileName().toString()).startsWith("sluice-commands-");
        assertThat(cacheOf(sluice, "version")).contains("Opened AOT cache " + commands).contains(
                "Using AOT-linked classes: true");
        assertThat(cacheOf(sluice, "demo", "--help")).contains("Using AOT-linked classes: true");

        assertWorksInSilence(sluice, Map.of("SLUICE_JAVA_OPTS", "-XX:-UseSerialGC -XX:+UseParallelGC"));
        byte[] whole = Files.readAllBytes(commands);
        Files.write(commands, Arrays.copyOf(whole, whole.length / 3));
        assertWorksInSilence(sluice, Map.of());
        Files.writeString(commands, "something else");
        assertWorksInSilence(sluice, Map.of());
        Files.write(commands, whole);
        Files.setLastModifiedTime(sluice.lib().resolve("sluice-0.jar"),
                FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        assertWorksInSilence(sluice, Map.of());
        assertThat(cacheOf(sluice, "version")).doesNotContain("Using AOT-linked classes: true");
        assertThat(ProgramRun.of(sluice.launcher(), "--record-aot-caches").exitCode()).isZero();
        assertThat(caches(sluice)).hasSize(2).doesNotContain(commands);
        assertThat(cacheOf(sluice, "version")).contains("Using AOT-linked classes: true");
    }

    /** All that is beside the jars. */
    private static List<Path> caches(Installation sluice) throws IOException {
        try (var files = Files.list(sluice.lib())) {
            return files.filter(file -> !file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    private void assertWorksInSilence(Installation sluice, Map<String, String> environment) throws Exception {
        ProgramRun run = ProgramRun.of(environment, List.of(sluice.launcher().toString(), "version"));
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("sluice " + Version.ofThisBuild() + "\n").hasLineCount(3);
        assertThat(ProgramRun.of(sluice.launcher(), "--help").out()).startsWith("Sluice, a load balancer for Linux.");
    }

    /** What the JVM says of its cache. */
    private String cacheOf(Installation sluice, String... arguments) throws Exception {
        Path log = directory.resolve("aot.log");
        List<String> command = new ArrayList<>(List.of(sluice.launcher().toString()));
        command.addAll(List.of(arguments));
        ProgramRun run = ProgramRun.of(Map.of("SLUICE_JAVA_OPTS", "-Xlog:aot:file=" + log), command);
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        return Files.readString(log);
    }

    // ---- what the launcher finds ----

    private ProgramRun installed(String javaHome, String... arguments) throws Exception {
        return run(prefix(directory.resolve("prefix")).resolve("bin/sluice"), javaHome, arguments);
    }

    private ProgramRun run(Path launcher, String javaHome, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        return ProgramRun.of(Map.of("JAVA_HOME", javaHome, "PATH", directory.resolve("bin") + ":/usr/bin:/bin"),
                command);
    }

    /** The launcher beside two jars of nothing. */
    private Path prefix(Path prefix) throws IOException {
        Files.createDirectories(prefix.resolve("lib"));
        Files.createDirectories(prefix.resolve("bin"));
        for (String jar : List.of("a.jar", "b.jar")) {
            Files.write(prefix.resolve("lib").resolve(jar), new byte[0]);
        }
        copyLauncher(prefix.resolve("bin/sluice"));
        return prefix;
    }

    private Path checkout() throws IOException {
        Path bin = Files.createDirectories(directory.resolve("checkout/engine/bin"));
        copyLauncher(bin.resolve("sluice"));
        return bin.resolve("sluice");
    }

    private void copyLauncher(Path to) throws IOException {
        Installation.copyLauncher(to, text -> text.replace("/usr/lib/jvm", jdks.toString()));
    }

    /** A java that prints how it was called. */
    private Path jdk(Path home, String version) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/java"), "printf '%s' \"$0\"; printf ' <%s>' \"$@\"; echo");
        return home;
    }

    /** A Maven that talks as the real one and then does this. */
    private void maven(String does) throws IOException {
        Files.createDirectories(directory.resolve("bin"));
        script(directory.resolve("bin/mvn"), """
                echo '[INFO] Scanning for projects...'
                echo '[INFO] Building ringbuffers 0.1.0 [1/2]'
                echo '[INFO] Building engine 0.1.0 [2/2]'
                %s
                echo '[INFO] BUILD SUCCESS'""".formatted(does));
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String first(String regex, String text) {
        Matcher matcher = Pattern.compile(regex).matcher(text);
        assertThat(matcher.find()).as("%s in %s", regex, text).isTrue();
        return matcher.group(1);
    }
}
