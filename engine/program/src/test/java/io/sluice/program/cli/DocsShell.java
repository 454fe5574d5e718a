package io.sluice.program.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A bash on a machine of its own: own network, processes, /etc and /var/lib, so that pages may use the addresses, ports
 * and files they speak of. Needs root. Ends with everything that was started in it.
 */
final class DocsShell implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String MACHINE = """
            set -e
            mount --make-rprivate /
            mount -t tmpfs none "$LAYERS"    # an overlay wants an upper layer that is no overlay
            for d in etc var/lib; do
                mkdir -p "$LAYERS/up/$d" "$LAYERS/work/$d"
                mount -t overlay overlay -o "lowerdir=/$d,upperdir=$LAYERS/up/$d,workdir=$LAYERS/work/$d" "/$d"
            done
            ip link set lo up
            ip address add 192.0.2.10/32 dev lo
            cd "$HOME"
            exec bash
            """;

    private final Path directory;
    private final Process bash;
    private final Writer input;
    private int commands;

    /** @param programs goes first on the PATH */
    DocsShell(Path directory, Path programs) throws IOException {
        this.directory = directory;
        Path home = Files.createDirectories(directory.resolve("home"));
        Path examples = Files.createDirectories(home.resolve("engine/examples")); // as in a checkout
        try (Stream<Path> files = Files.list(Path.of("examples"))) {
            for (Path file : files.toList()) {
                Files.copy(file, examples.resolve(file.getFileName()));
            }
        }
        Path setup = Files.writeString(directory.resolve("machine.sh"), MACHINE);
        Path layers = Files.createDirectories(directory.resolve("layers"));
        var builder = new ProcessBuilder("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child",
                "--mount-proc", "bash", setup.toString()).redirectErrorStream(true).redirectOutput(directory
                        .resolve("shell.log").toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("LAYERS", layers.toString());
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        bash = builder.start();
        input = bash.outputWriter(StandardCharsets.UTF_8);
    }

    void write(DocsPage.Written file) throws IOException, InterruptedException {
        String name = file.name();
        Path staged = Files.writeString(directory.resolve("staged"), file.text());
        run("mkdir -p \"$(dirname '" + name + "')\" && cp '" + staged + "' '" + name + "'", false);
    }

    /** Runs it and compares what it does with what the page says. */
    void run(DocsPage.Command command) throws IOException {
        Path out = run(command.inBackground()
                ? command.text().substring(0, command.text().length() - 1).strip()
                : command.text(), command.inBackground());
        if (command.inBackground()) {
            try {
                await().atMost(PATIENCE).until(() -> matches(command.prints(), text(out)));
            } catch (ConditionTimeoutException tooLong) {
                throw new AssertionError("line " + command.line() + ": " + command.text() + " prints:\n" + text(out),
                        tooLong);
            }
            return;
        }
        assertThat(text(Path.of(out + ".code")).strip()).as("line %d: exit code of %s, which prints:%n%s", command
                .line(), command.text(), text(out)).isEqualTo(Integer.toString(command.exitCode()));
        assertThat(matches(command.prints(), text(out))).as("line %d: %s%n-- the page says:%n%s%n-- it prints:%n%s",
                command.line(), command.text(), String.join("\n", command.prints()), text(out)).isTrue();
    }

    private Path run(String text, boolean inBackground) throws IOException {
        Path out = directory.resolve("out-" + ++commands);
        Path code = Path.of(out + ".code");
        String redirected = " >'" + out + "' 2>&1";
        // in the background without braces: what is killed by its job number must be the program, not a shell around it
        input.write((inBackground ? text + redirected + " &\n" : "{ " + text + "\n}" + redirected + " </dev/null\n")
                + "echo $? >'"
                + code + ".new' && mv '" + code + ".new' '" + code + "'\n");
        input.flush();
        try {
            await().atMost(PATIENCE).until(() -> Files.exists(code) || !bash.isAlive());
        } catch (ConditionTimeoutException tooLong) {
            throw new AssertionError(text + " does not end; it prints:\n" + text(out), tooLong);
        }
        if (!Files.exists(code)) {
            throw new AssertionError("the shell ended: " + text(directory.resolve("shell.log")));
        }
        return out;
    }

    /**
     * Line by line; numbers may differ (not those of a name like web1), so may the units of a time, blanks may be more
     * or fewer, and ... stands for anything. Nothing said: not compared.
     */
    private static boolean matches(List<String> said, String printed) {
        if (said.isEmpty()) {
            return true;
        }
        StringBuilder regex = new StringBuilder("(?s)");
        for (String line : said) {
            if (line.strip().equals("...")) {
                regex.append(".*?");
                continue;
            }
            for (String part : line.strip().split("((?<=\\.\\.\\.)|(?=\\.\\.\\.)|(?<=\\s)(?=\\S)|(?<=\\S)(?=\\s)"
                    + "|(?<=\\d)(?=\\D)(?!(ms|[smhd])(\\s|$))|(?<=\\D)(?<![A-Za-z]{2})(?=\\d))")) {
                regex.append(switch (part) {
                    case "..." -> "[^\n]*";
                    case String blank when blank.isBlank() -> "[ \t]+";
                    case String number when number.matches("\\d+") -> "\\d+";
                    case String time when time.matches("\\d+(ms|[smhd])") -> "(\\d+(ms|[smhd]))+";
                    case String word -> Pattern.quote(word);
                });
            }
            regex.append("[ \t]*\n");
        }
        return Pattern.compile(regex.toString()).matcher(printed.replaceAll("(?m)^[ \t]+", "")).matches();
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Override
    public void close() throws IOException {
        input.close(); // the shell ends, and with it, as it is the first process of its machine, all others at once
        try {
            if (!bash.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                bash.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
