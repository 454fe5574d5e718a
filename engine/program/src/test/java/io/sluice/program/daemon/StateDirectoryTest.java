package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.conntrack.AffinityReader;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import io.sluice.testbed.SmallDisk;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A state directory as another user, another version, another daemon or an accident left it. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class StateDirectoryTest {
    /** Root, as everybody else, may do only what a file's mode says. */
    private static final List<String> WITHOUT_PRIVILEGE = List.of("setpriv",
            "--bounding-set=-dac_override,-dac_read_search,-fowner,-chown");

    @TempDir
    Path directory;

    private int port;

    @BeforeEach
    void make() throws IOException {
        Files.createDirectory(state());
        port = FreePort.next();
    }

    @Test
    void of_another_user_it_says_the_command_that_mends_it() throws Exception {
        giveAway(state(), "rwx------");
        assertThat(refusal(WITHOUT_PRIVILEGE)).contains("state directory " + state(), "permission denied",
                "sudo chown -R root: " + state()).doesNotContain("Exception");
    }

    @Test
    void with_files_of_another_user_it_says_the_command_that_mends_them() throws Exception {
        try (var child = new ChildDaemon(directory, yaml(1))) {
            child.signal("KILL");
            child.exitCode();
        }
        for (String name : new String[]{"affinity", "daemon.lock", "overrides"}) {
            Path file = state().resolve(name);
            boolean absent = !Files.exists(file);
            if (absent) {
                Files.writeString(file, "sluice overrides 1\n");
            }
            UserPrincipal owner = Files.getOwner(file);
            giveAway(file, "rw-------");
            assertThat(refusal(WITHOUT_PRIVILEGE)).contains(file.toString(), "permission denied",
                    "sudo chown -R root: " + state()).doesNotContain("Exception");
            Files.setOwner(file, owner);
            if (absent) {
                Files.delete(file);
            }
        }
    }

    @Test
    void read_only_it_says_the_command_that_mends_it() throws Exception {
        try (SmallDisk disk = new SmallDisk(state(), 1)) {
            disk.readOnly();
            assertThat(refusal(List.of())).contains("state directory " + state(), "read-only",
                    "mount -o remount,rw " + state()).doesNotContain("Exception");
        }
    }

    @Test
    void that_is_a_file_it_says_so() throws Exception {
        Files.delete(state());
        Files.writeString(state(), "mine");
        assertThat(refusal(List.of())).contains("state directory " + state(), "is a file", "set state-directory")
                .doesNotContain("Exception");
    }

    @Test
    void of_a_daemon_that_runs_it_is_refused_whatever_became_of_the_lock() throws Exception {
        try (var a = new NamedServer("a"); var first = new ChildDaemon(directory, yaml(a.port()))) {
            String served = LineClient.ask(port);
            Path other = Files.createDirectory(directory.resolve("other"));
            Files.createSymbolicLink(other.resolve("state"), state());
            for (boolean lock : new boolean[]{true, false}) {
                if (!lock) {
                    Files.delete(StateDirectory.lock(state()));
                }
                try (var second = ChildDaemon.failing(other, yaml(1))) {
                    assertThat(second.exitCode()).isEqualTo(6);
                    assertThat(second.err()).contains("another daemon", "state-directory of its own")
                            .doesNotContain("Exception");
                }
            }
            assertThat(LineClient.ask(port)).isEqualTo(served);
            first.signal("TERM");
            assertThat(first.exitCode()).isZero();
        }
    }

    @Test
    void damaged_in_every_file_it_starts_and_tells_what_was_put_aside() throws Exception {
        try (var a = new NamedServer("a")) {
            Random random = new Random(7);
            for (String damage : new String[]{"garbage", "empty", "directory", "pipe"}) {
                try (var child = new ChildDaemon(directory, yaml(a.port()))) {
                    assertThat(LineClient.ask(port)).as(damage).isEqualTo("a");
                    child.signal("KILL");
                    child.exitCode();
                }
                Files.writeString(state().resolve("overrides"), "sluice overrides 1\nasleep - web/a\n");
                List<Path> files = regularFiles();
                assertThat(files).hasSizeGreaterThan(4);
                for (Path file : files) {
                    damage(file, damage, random);
                }
                try (var child = new ChildDaemon(directory, yaml(a.port()))) {
                    assertThat(LineClient.ask(port)).as(damage).isEqualTo("a");
                    assertThat(child.err()).as(damage).contains("new affinity table", "put aside as",
                            "the overrides in").doesNotContain("Exception", "enum");
                    child.signal("TERM");
                    assertThat(child.exitCode()).as(damage).isZero();
                }
            }
        }
    }

    @Test
    void with_damaged_entries_the_log_counts_what_is_dropped() throws Exception {
        try (var a = new NamedServer("a")) {
            try (var child = new ChildDaemon(directory, yaml(a.port()))) {
                for (int i = 1; i <= 20; i++) {
                    LineClient.ask("127.0.3." + i, port);
                }
                child.signal("KILL");
                child.exitCode();
            }
            // the second half of every slot, where the timeout and the checksum are
            try (FileChannel file = FileChannel.open(state().resolve("affinity"), StandardOpenOption.READ,
                    StandardOpenOption.WRITE)) {
                ByteBuffer slot = ByteBuffer.allocate(64);
                for (long at = 8192; at + 64 <= Math.min(file.size(), 1 << 20); at += 64) {
                    file.read(slot.clear(), at);
                    if (slot.get(0) == 3) {
                        file.write(ByteBuffer.wrap(new byte[]{1, 2, 3, 4}), at + 60);
                    }
                }
            }
            try (var child = new ChildDaemon(directory, yaml(a.port()))) {
                child.awaitErr("20 damaged entries of the affinity table were dropped");
                try (var table = AffinityReader.open(StateDirectory.affinity(state()))) {
                    assertThat(table.entries()).isZero();
                }
            }
        }
    }

    @Test
    void of_killed_processes_keeps_nothing_half_made_and_only_names_that_the_docs_know() throws Exception {
        for (String left : new String[]{"overrides.new", "status.json.new", "affinity.new.123", "counters-123",
            "flows-1-123.sluice.new.123", ".users77.new", "flows-1-123.lock", "flows-1-124.lock",
            "flows-1-124.sluice"}) {
            Files.writeString(state().resolve(left), "half");
        }
        for (String nursery : new String[]{".u123", ".c456"}) {
            try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                Files.createDirectory(state().resolve(nursery));
                socket.bind(UnixDomainSocketAddress.of(state().resolve(nursery).resolve("s")));
            }
        }
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(state().resolve("control-123.sock")));
        }
        Path mine = Files.writeString(state().resolve("notes.new"), "not sluice's");
        String documented = String.join("|", documentedNames());
        for (int i = 0; i < 3; i++) {
            try (var child = new ChildDaemon(directory, yaml(1).replace("admin: off",
                    "admin: { listen: 127.0.0.1:" + FreePort.next() + " }"))) {
                await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(state().resolve("status.json"))
                        && Files.exists(state().resolve("admin.p12")));
                assertThat(mine).exists();
                try (var files = Files.list(state())) {
                    List<String> names = files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("notes.new") && !name.endsWith(".new")).sorted().toList();
                    assertThat(names).allMatch(name -> name.matches(documented));
                    assertThat(names.stream().filter(name -> name.startsWith("flows-"))).hasSize(2);
                    assertThat(names).doesNotContain("control-123.sock", "counters-123");
                }
                child.signal("KILL");
                child.exitCode();
            }
        }
    }

    /** As regular expressions. */
    private static List<String> documentedNames() throws IOException {
        return Files.readAllLines(Path.of("docs/operate/state-directory.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)).replace(".", "\\.").replace("NAME", ".+")
                        .replaceAll("START|PID|N", "\\\\d+"))
                .toList();
    }

    private static void damage(Path file, String how, Random random) throws IOException, InterruptedException {
        switch (how) {
            case "garbage" -> {
                byte[] bytes = new byte[8192];
                random.nextBytes(bytes);
                Files.write(file, bytes);
            }
            case "empty" -> Files.write(file, new byte[0]);
            case "directory" -> {
                if (!file.toString().endsWith(".lock")) {
                    Files.delete(file);
                    Files.createDirectory(file);
                    Files.writeString(file.resolve("in-it"), "");
                }
            }
            default -> {
                if (!file.toString().endsWith(".lock")) {
                    Files.delete(file);
                    run("mkfifo", file.toString());
                }
            }
        }
    }

    private List<Path> regularFiles() throws IOException {
        try (var files = Files.list(state())) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".old")).toList();
        }
    }

    /** What it says on its way out. */
    private String refusal(List<String> starter) throws Exception {
        try (var child = ChildDaemon.behind(starter, directory, yaml(1))) {
            assertThat(child.exitCode()).as(child.err()).isEqualTo(6);
            return child.err();
        }
    }

    @Test
    void a_users_file_that_is_no_text_is_told_of_at_the_start() throws Exception {
        Files.write(state().resolve("users"), new byte[]{(byte) 0xff, (byte) 0xfe, 0});
        try (var a = new NamedServer("a");
                var child = new ChildDaemon(directory,
                        yaml(a.port()).replace("admin: off", "admin: { listen: 127.0.0.1:" + FreePort.next() + " }"))) {
            child.awaitErr("users file " + state().resolve("users"));
        }
    }

    private static void giveAway(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        Files.setOwner(file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private Path state() {
        return directory.resolve("state");
    }

    private String yaml(int server) {
        return """
                admin: off
                tables: { connections: 10000, affinity: 10000 }
                services:
                  web:
                    listen: 127.0.0.1:%d
                    affinity: { by: source-ip }
                    health-check: { type: none }
                    servers: { a: "127.0.0.1:%d" }
                """.formatted(port, server);
    }
}
