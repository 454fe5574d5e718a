package io.sluice.conntrack.store;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Finds the libraries of the durable copy: on the class path, as in tests and benchmarks, else in the folder that the
 * launcher names. They have a class loader of their own, so that a daemon that keeps no copy has none of them, and the
 * class path, for which AOT caches are made, is the same with and without. The store's thread alone.
 */
final class CopyLibraries {
    /** System property with the folder. */
    static final String FOLDER = "sluice.store.lib";
    /** Chronicle compiles classes of its own at run time, and lets its compiler look here for what they refer to. */
    private static final String CLASS_PATH = "java.class.path";

    private CopyLibraries() {
    }

    /** Something that opens copies. */
    static CopyOpener find() throws IOException {
        Optional<CopyOpener> onClassPath = ServiceLoader.load(CopyOpener.class, CopyLibraries.class.getClassLoader())
                .findFirst();
        return onClassPath.isPresent() ? onClassPath.get() : inFolder(System.getProperty(FOLDER, ""));
    }

    private static CopyOpener inFolder(String folder) throws IOException {
        List<Path> jars = jars(folder);
        // Never closed: what was opened with its classes is used until the process ends.
        URLClassLoader loader = new URLClassLoader("store", urls(jars), CopyLibraries.class.getClassLoader());
        CopyOpener opener = ServiceLoader.load(CopyOpener.class, loader).findFirst()
                .orElseThrow(() -> new IOException("the libraries in " + folder + " are not whole"));
        return (path, capacity) -> {
            Thread thread = Thread.currentThread();
            ClassLoader contextBefore = thread.getContextClassLoader();
            String before = System.getProperty(CLASS_PATH, "");
            StringBuilder extended = new StringBuilder(before);
            jars.forEach(jar -> extended.append(File.pathSeparatorChar).append(jar));
            thread.setContextClassLoader(loader);
            System.setProperty(CLASS_PATH, extended.toString());
            try {
                return opener.open(path, capacity);
            } finally {
                System.setProperty(CLASS_PATH, before);
                thread.setContextClassLoader(contextBefore);
            }
        };
    }

    private static List<Path> jars(String folder) throws IOException {
        List<Path> jars = new ArrayList<>();
        if (!folder.isEmpty() && Files.isDirectory(Path.of(folder))) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of(folder), "*.jar")) {
                found.forEach(jars::add);
            }
        }
        if (jars.isEmpty()) {
            throw new IOException("its libraries are not installed"
                    + (folder.isEmpty() ? "" : ": there are none in " + folder));
        }
        jars.sort(null);
        return jars;
    }

    private static URL[] urls(List<Path> jars) throws MalformedURLException {
        URL[] urls = new URL[jars.size()];
        for (int n = 0; n < urls.length; n++) {
            urls[n] = jars.get(n).toUri().toURL();
        }
        return urls;
    }
}
