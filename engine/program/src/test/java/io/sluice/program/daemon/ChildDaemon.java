package io.sluice.program.daemon;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A daemon in a process of its own, to be signalled and killed. */
public final class ChildDaemon implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int HEAP_MIB = 256;

    public final Path directory;
    public final Path file;
    private final Path out;
    private final Path err;
    private final Process process;

    /** Starts and waits for {@code ready}; {@code yaml} without state-directory. */
    public ChildDaemon(Path directory, String yaml) throws IOException {
        this(directory, yaml, true);
    }

    private ChildDaemon(Path directory, String yaml, boolean ready) throws IOException {
        this(List.of(), directory, yaml, ready, Map.of(), HEAP_MIB);
    }

    /** One that another program starts, when it likes. */
    static ChildDaemon behind(List<String> starter, Path directory, String yaml) throws IOException {
        return new ChildDaemon(starter, directory, yaml, false, Map.of(), HEAP_MIB);
    }

    /** The same, with no more heap than this, and classes from elsewhere. */
    static ChildDaemon behind(List<String> starter, Path directory, String yaml, int heapMib, String classPath)
            throws IOException {
        return new ChildDaemon(starter, directory, yaml, false, Map.of(), heapMib, classPath);
    }

    /** The same, ready. */
    static ChildDaemon readyBehind(List<String> starter, Path directory, String yaml) throws IOException {
        return new ChildDaemon(starter, directory, yaml, true, Map.of(), HEAP_MIB);
    }

    /** With no more heap than this. */
    ChildDaemon(Path directory, String yaml, int heapMib) throws IOException {
        this(List.of(), directory, yaml, true, Map.of(), heapMib);
    }

    /** With further variables in its environment. */
    ChildDaemon(Path directory, String yaml, Map<String, String> environment) throws IOException {
        this(List.of(), directory, yaml, true, environment, HEAP_MIB);
    }

    private ChildDaemon(List<String> starter, Path directory, String yaml, boolean ready,
            Map<String, String> environment, int heapMib) throws IOException {
        this(starter, directory, yaml, ready, environment, heapMib, System.getProperty("java.class.path"));
    }

    private ChildDaemon(List<String> starter, Path directory, String yaml, boolean ready,
            Map<String, String> environment, int heapMib, String classPath) throws IOException {
        this.directory = directory;
        file = directory.resolve("sluice.yaml");
        write(yaml);
        out = Files.createTempFile(directory, "out", ".txt");
        err = Files.createTempFile(directory, "err", ".txt");
        // whatever the tests' own JVM ignores, as under nohup: a child would inherit it
        List<String> command = new ArrayList<>(List.of("env", "--default-signal"));
        command.addAll(starter);
        command.addAll(command(heapMib, classPath));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(appendTo(out))
                .redirectError(appendTo(err));
        builder.environment().putAll(environment);
        process = builder.start();
        if (ready) {
            await().atMost(PATIENCE).until(() -> out().startsWith("ready") || !process.isAlive());
            if (!process.isAlive()) {
                throw new AssertionError("the daemon ended with " + process.exitValue() + ": " + err());
            }
        }
    }

    /** One that is not expected to become ready. */
    static ChildDaemon failing(Path directory, String yaml) throws IOException {
        return new ChildDaemon(directory, yaml, false);
    }

    /** After an upgrade two processes write. */
    private static ProcessBuilder.Redirect appendTo(Path file) {
        return ProcessBuilder.Redirect.appendTo(file.toFile());
    }

    private List<String> command(int heapMib, String classPath) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-D")).forEach(command::add);
        command.addAll(List.of("-Xms32m", "-Xmx" + heapMib + "m", "-Xmn16m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-cp", classPath, RunMain.class.getName(), file.toString()));
        return command;
    }

    public void write(String yaml) throws IOException {
        Files.writeString(file, "state-directory: " + directory.resolve("state") + "\nworkers: 2\n" + yaml);
    }

    String out() throws IOException {
        return text(out);
    }

    /** Lines that are written to their end. */
    String err() throws IOException {
        String text = text(err);
        return text.substring(0, text.lastIndexOf('\n') + 1);
    }

    /** As far as it is written: a character may be half of it yet. */
    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /** Sends a signal by its name; after STOP it does nothing any more. */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
        if (name.equals("STOP")) { // each thread stops when it next returns from the kernel
            await().atMost(PATIENCE).ignoreExceptions().until(this::isStopped);
        }
    }

    private boolean isStopped() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path thread : threads.toList()) {
                String line = Files.readAllLines(thread.resolve("stat")).getFirst();
                if (line.charAt(line.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
        }
        return true;
    }

    /** Physical memory of the process. */
    long residentBytes() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(one -> one.startsWith("VmRSS:")).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the daemon does not end");
        }
        return process.exitValue();
    }

    void awaitErr(String text) {
        await().atMost(PATIENCE).until(() -> err().contains(text));
    }

    /** Ends it, and whatever it has started; nothing of it writes to its directory any more. */
    @Override
    public void close() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(one -> one.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join());
    }
}
