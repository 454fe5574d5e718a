package io.sluice.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/**
 * Sluice as it is installed, made of what was compiled: {@code bin/sluice}, {@code lib/*.jar} and, for the durable
 * copy, {@code lib-store/*.jar} in a folder.
 */
public final class Installation implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("bin/sluice");
    private static final Pattern OF_THE_STORE = Pattern.compile(
            "/conntrack/store/|/conntrack-store|/net/openhft/|/net/java/dev/jna/|/org/ow2/asm/|/com/squareup/");

    private final TemporaryDirectory directory = new TemporaryDirectory("installation");
    private final Path prefix = directory.path();

    /** In a temporary folder that every user may read. */
    public Installation() throws IOException {
        Files.setPosixFilePermissions(prefix, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(prefix.resolve("lib"));
        Files.createDirectories(prefix.resolve("lib-store"));
        Files.createDirectories(prefix.resolve("bin"));
        copyLauncher(launcher(), text -> text);
        int n = 0;
        for (String entry : System.getProperty("java.class.path").split(":")) {
            Path path = Path.of(entry).toAbsolutePath();
            if (Files.isDirectory(path) && !path.endsWith("test-classes") && !path.endsWith("test")) {
                jar(path, folderOf(entry).resolve("sluice-" + n++ + ".jar"));
            } else if (Files.isRegularFile(path) && !path.getFileName().toString().startsWith("driver-bundle")) {
                Files.copy(path, folderOf(entry).resolve(path.getFileName())); // not a link: others may not read it
            }
        }
    }

    private Path folderOf(String classPathEntry) {
        return prefix.resolve(OF_THE_STORE.matcher(classPathEntry).find() ? "lib-store" : "lib");
    }

    /** The launcher's text, changed, as an executable file. */
    public static void copyLauncher(Path to, UnaryOperator<String> change) throws IOException {
        Files.writeString(to, change.apply(Files.readString(LAUNCHER)));
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void jar(Path classes, Path to) {
        int failed = ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, "--create",
                "--no-compress",
                "--file", to.toString(), "-C", classes.toString(), ".");
        if (failed != 0) {
            throw new AssertionError("jar of " + classes + " failed");
        }
    }

    public Path launcher() {
        return prefix.resolve("bin/sluice");
    }

    public Path lib() {
        return prefix.resolve("lib");
    }

    @Override
    public void close() {
        directory.close();
    }
}
