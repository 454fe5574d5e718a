package io.sluice.conntrack.store.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.conntrack.store.CopyFormat;

import net.openhft.chronicle.map.ChronicleMap;

/** Processes killed while they use the copy: writers four times, fifty with {@code -Dsluice.long=true}; a reader. */
class KilledTest {
    private static final int CLIENTS = 1_000;
    private static final int KILLS = Boolean.getBoolean("sluice.long") ? 50 : 4;

    @TempDir
    Path directory;

    @Test
    void the_next_start_repairs_the_copy_at_once_whenever_the_writer_was_killed() throws Exception {
        Random random = new Random(9);
        for (int kill = 0; kill < KILLS; kill++) {
            Process writer = start(Writer.class, directory);
            try (BufferedReader output = writer.inputReader(StandardCharsets.UTF_8)) {
                assertThat(output.readLine()).isEqualTo("stored");
                TimeUnit.MICROSECONDS.sleep(random.nextInt(400_000));
            } finally {
                writer.destroyForcibly().waitFor();
            }
            Files.delete(directory.resolve("affinity"));
            try (Scene scene = new Scene(directory)) {
                scene.awaitFollowing(); // sooner than the 60 s after which a dead lock is reported
                assertThat(scene.copy.status().recoveries()).isEqualTo(1);
                assertThat(scene.comeBack(CLIENTS)).as("kill %d", kill).isEqualTo(CLIENTS);
            }
        }
    }

    @Test
    void a_reader_killed_while_it_holds_a_lock_makes_the_copy_late_until_it_is_repaired() throws Exception {
        try (Scene scene = new Scene(directory)) {
            scene.pin(1);
            scene.awaitStored(1, 0);
            Process reader = start(Reader.class, scene.copy.status().file());
            try (BufferedReader output = reader.inputReader(StandardCharsets.UTF_8)) {
                assertThat(output.readLine()).isEqualTo("locked");
            } finally {
                reader.destroyForcibly().waitFor();
            }
            scene.table.replace(Scene.GROUP, 0, 1, Scene.serverOf(1), 9, System.currentTimeMillis());
            Awaitility.await().atMost(Duration.ofSeconds(50)).until(() -> scene.copy.status().recoveries() == 1);
            scene.awaitFollowing();
        }
        Files.delete(directory.resolve("affinity"));
        try (Scene scene = new Scene(directory)) {
            scene.awaitFollowing();
            assertThat(scene.table.lookup(Scene.GROUP, 0, 1, System.currentTimeMillis())).isEqualTo(9);
        }
    }

    private static Process start(Class<?> main, Path argument) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dchronicle")).toList());
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                main.getName(), argument.toString()));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    /** Stores clients that stay, then has others come and go, faster than the copy can follow, until it is killed. */
    static final class Writer {
        private Writer() {
        }

        static void main(String[] arguments) throws Exception {
            Scene scene = new Scene(Path.of(arguments[0]));
            for (int client = 1; client <= CLIENTS; client++) {
                scene.pin(client);
            }
            scene.awaitStored(CLIENTS, 0);
            System.out.println("stored");
            for (int n = 0;; n++) {
                int client = CLIENTS + 1 + n % CLIENTS;
                scene.pin(client);
                scene.table.remove(Scene.GROUP, 0, client);
                if (n % 64 == 0) {
                    LockSupport.parkNanos(1);
                }
            }
        }
    }

    /** Reads client 1's entry, and never lets go of it. */
    static final class Reader {
        private Reader() {
        }

        static void main(String[] arguments) throws Exception {
            byte[] key = ByteBuffer.allocate(CopyFormat.KEY_BYTES).putLong(Scene.GROUP).putLong(0).putLong(1).array();
            try (var map = ChronicleMap.of(byte[].class, byte[].class).createPersistedTo(new File(arguments[0]));
                    var context = map.queryContext(key)) {
                context.readLock().lock();
                System.out.println(context.entry() == null ? "absent" : "locked");
                Thread.sleep(Long.MAX_VALUE);
            }
        }
    }
}
