package io.sluice.perftests.contender;

import io.sluice.perftests.host.ProcessUsage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/** A program that can be told to take another configuration. */
record Reloadable(Program program, Action action) implements Running {
    /** Changes the configuration and says so. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }

    @Override
    public boolean reloads() {
        return true;
    }

    @Override
    public void reload() throws IOException {
        action.run();
    }

    @Override
    public InetSocketAddress front(Work work) {
        return program.front(work);
    }

    @Override
    public Optional<ProcessUsage> usage() {
        return program.usage();
    }

    @Override
    public Optional<ProcessHandle> process() {
        return program.process();
    }

    @Override
    public Optional<Path> jvmLog() {
        return program.jvmLog();
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
