package io.sluice.perftests.gate;

import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.contender.Running;
import io.sluice.perftests.contender.Situation;
import io.sluice.perftests.contender.Topology;
import io.sluice.perftests.contender.Work;
import io.sluice.perftests.host.ProcessUsage;
import io.sluice.ringbuffers.syscall.Processes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A contender that really is slower: its process is stopped for a share of the time, in slices of about a millisecond.
 * The gate's self-test injects a regression with it.
 */
record Slowed(Contender contender, double share) implements Contender {
    @Override
    public String name() {
        return contender.name() + " slowed by " + Math.round(share * 100) + " %";
    }

    @Override
    public String describe() {
        return name();
    }

    @Override
    public Optional<String> missing(Topology topology) {
        return contender.missing(topology);
    }

    @Override
    public boolean carries(Work work) {
        return contender.carries(work);
    }

    @Override
    public Running start(Situation situation) throws IOException {
        Running running = contender.start(situation);
        Brake brake = new Brake(
                (int) running.process()
                        .orElseThrow(() -> new IOException(contender.name() + " has no process to slow down")).pid(),
                share);
        brake.start();
        return new Running() {
            @Override
            public InetSocketAddress front(Work work) {
                return running.front(work);
            }

            @Override
            public Optional<ProcessUsage> usage() {
                return running.usage();
            }

            @Override
            public Optional<ProcessHandle> process() {
                return running.process();
            }

            @Override
            public Optional<Path> jvmLog() {
                return running.jvmLog();
            }

            @Override
            public void close() throws IOException {
                brake.release();
                running.close();
            }
        };
    }

    /** Stops and continues one process. Its own thread. */
    private static final class Brake extends Thread {
        private static final long STOPPED_NS = 1_500_000;

        private final int pid;
        private final double share;
        private volatile boolean released;

        Brake(int pid, double share) {
            super("brake-" + pid);
            setDaemon(true);
            this.pid = pid;
            this.share = share;
        }

        @Override
        public void run() {
            while (!released) {
                long stoppedNs = System.nanoTime();
                Processes.kill(pid, Processes.SIGSTOP);
                LockSupport.parkNanos(STOPPED_NS);
                Processes.kill(pid, Processes.SIGCONT);
                // timers are late: what was really lost decides how long it may run now
                LockSupport.parkNanos((long) ((System.nanoTime() - stoppedNs) * (1 - share) / share));
            }
        }

        void release() {
            released = true;
            try {
                join(1_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Processes.kill(pid, Processes.SIGCONT);
        }
    }
}
