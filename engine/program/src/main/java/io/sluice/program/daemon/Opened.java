package io.sluice.program.daemon;

import io.sluice.control.config.file.FileReason;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a daemon has opened; what was opened last is closed first. The thread that starts a daemon, then whoever ends
 * it.
 */
final class Opened implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Opened.class);

    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T resource) {
        resources.push(resource);
        return resource;
    }

    @Override
    public void close() {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                LOG.warn("stopping: {}",
                        e instanceof IOException failed ? FileReason.withFile(failed) : e.getMessage());
            }
        }
    }
}
