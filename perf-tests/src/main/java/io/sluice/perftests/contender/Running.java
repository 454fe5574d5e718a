package io.sluice.perftests.contender;

import io.sluice.perftests.host.ProcessUsage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/** A contender that serves. */
public interface Running extends AutoCloseable {
    /** Where clients reach this work. */
    InetSocketAddress front(Work work);

    /** What its processes have used; empty where it has none (the kernel, or nothing in between). */
    Optional<ProcessUsage> usage();

    /** Its main process, where it has one. */
    Optional<ProcessHandle> process();

    /** The JVM's log of collections and safepoints, where it is one. */
    default Optional<Path> jvmLog() {
        return Optional.empty();
    }

    /** Can it take a new configuration while it serves? */
    default boolean reloads() {
        return false;
    }

    /** Makes it take a configuration that differs in something harmless, while it serves. */
    default void reload() throws IOException {
        throw new UnsupportedOperationException("does not reload");
    }

    @Override
    void close() throws IOException;
}
