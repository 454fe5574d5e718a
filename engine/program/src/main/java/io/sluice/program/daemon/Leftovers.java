package io.sluice.program.daemon;

import io.sluice.control.config.file.FileReason;
import io.sluice.ringbuffers.mapped.ProcessLock;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What killed processes left in a state directory in the middle of something. Main thread, before anything is made
 * there and with the directory's lock held.
 */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    /** Files that were to be renamed when they were whole; counters of an upgrade under way. */
    private static final Pattern HALF_MADE = Pattern.compile("(overrides|status\\.json)\\.new"
            + "|(affinity|counters|flows).*\\.new\\.\\d+|\\.users\\d+\\.new|\\.admin\\d+\\.p12|counters-\\d+");
    /** Directories in which a socket comes into being, of {@code control.sock} and of an upgrade. */
    private static final Pattern NURSERY = Pattern.compile("\\.[cu]\\d+");
    private static final Pattern DRAINING = Pattern.compile("control-\\d+\\.sock");
    private static final Pattern FLOW_LOCK = Pattern.compile("(flows-.+)\\.lock");

    private Leftovers() {
    }

    /** What cannot be removed stays, with a word. */
    static void remove(Path directory) {
        for (Path file : in(directory)) {
            try {
                remove(file, String.valueOf(file.getFileName()));
            } catch (IOException e) {
                LOG.warn("{}, left by a process that was killed, stays: {}", file, FileReason.of(e));
            }
        }
    }

    private static void remove(Path file, String name) throws IOException {
        if (HALF_MADE.matcher(name).matches()) {
            delete(file);
        } else if (NURSERY.matcher(name).matches() && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            delete(file);
        } else if (DRAINING.matcher(name).matches()) {
            if (!answers(file)) {
                Files.delete(file);
            }
        } else {
            var lock = FLOW_LOCK.matcher(name);
            if (lock.matches() && !Files.exists(file.resolveSibling(lock.group(1) + ".sluice"),
                    LinkOption.NOFOLLOW_LINKS)) {
                deleteUnused(file);
            }
        }
    }

    /** Killed between the lock and the table; one that lives holds it. */
    private static void deleteUnused(Path lock) throws IOException {
        try (ProcessLock unused = ProcessLock.tryTake(lock)) {
            if (unused != null) {
                Files.deleteIfExists(lock);
            }
        }
    }

    private static boolean answers(Path socket) {
        try (SocketChannel open = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return open.isConnected();
        } catch (IOException nobody) {
            return false;
        }
    }

    private static void delete(Path file) throws IOException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            for (Path inside : in(file)) {
                Files.delete(inside);
            }
        }
        Files.delete(file);
    }

    private static List<Path> in(Path directory) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            List<Path> found = new ArrayList<>();
            files.forEach(found::add);
            return found;
        } catch (IOException e) {
            LOG.warn("what killed processes left in {} stays: {}", directory, FileReason.of(e));
            return List.of();
        }
    }
}
