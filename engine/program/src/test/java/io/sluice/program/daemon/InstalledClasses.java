package io.sluice.program.daemon;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * This test's class path as it is where Sluice is installed, in jars alone: a class of an open jar is found where no
 * descriptor is left, one in a folder is not, and never again.
 */
final class InstalledClasses {
    private InstalledClasses() {
    }

    /** Makes a jar of each folder. */
    static String in(Path directory) throws IOException {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            jars.add(Files.isDirectory(path) ? jar(path, directory.resolve(jars.size() + ".jar")).toString() : entry);
        }
        return String.join(File.pathSeparator, jars);
    }

    private static Path jar(Path folder, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(folder)) {
            entries.setLevel(0);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(new JarEntry(folder.relativize(file).toString()));
                Files.copy(file, entries);
            }
        }
        return jar;
    }
}
