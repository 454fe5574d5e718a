package io.sluice.conntrack.store.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of the documentation, as it stands there, in a process that knows nothing of Sluice. */
class ReadCopyTest {
    private static final Path PAGE = Path.of("../../engine/docs/operate/durable-copy.md");
    private static final Path FLAGS = Path.of("src/main/dist/java-flags");

    @TempDir
    Path directory;

    @Test
    void another_java_program_reads_the_copy_while_it_is_written() throws Exception {
        String page = Files.readString(PAGE);
        String program = page.substring(page.indexOf("```java\n") + 8).transform(from -> from.substring(0,
                from.indexOf("```")));
        assertThat(program.lines()).as("a ten-line program").hasSizeLessThanOrEqualTo(10);
        Path source = Files.writeString(directory.resolve("ReadCopy.java"), program);

        try (Scene scene = new Scene(directory)) {
            scene.awaitFollowing();
            scene.table.lookupOrClaim(Scene.GROUP, 0, 0xFFFF_C000_0207L, 4, Scene.TIMEOUT_MS,
                    System.currentTimeMillis());
            scene.session(7777, Scene.TIMEOUT_MS);
            scene.awaitStored(1, 1);
            assertThat(run(source, scene.copy.status().file()))
                    .anySatisfy(line -> assertSays(line, "00000000000000000000ffffc0000207", "web/web4"))
                    .anySatisfy(line -> assertSays(line, "00000000000000000000ffff0a000007", "web/web8"))
                    .hasSize(2);
            scene.pin(1);
            scene.awaitStored(2, 1); // the reader left nothing behind that stops the writer
        }
    }

    private static void assertSays(String line, String client, String server) {
        String[] words = line.split(" ");
        assertThat(words).startsWith(client, server);
        assertThat(Instant.parse(words[2])).isAfter(Instant.now().minusSeconds(600));
    }

    private static List<String> run(Path source, Path copy) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "@" + FLAGS, "-cp",
                String.join(":", List.of(System.getProperty("java.class.path").split(":")).stream()
                        .filter(entry -> !entry.contains("sluice") && entry.endsWith(".jar")).toList()),
                source.toString(), copy.toString()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return output.lines().toList();
    }
}
