package io.sluice.program.daemon;

import io.sluice.dataplane.service.PublishedRoutes;
import io.sluice.dataplane.worker.Faults;
import io.sluice.dataplane.worker.Transport;
import io.sluice.dataplane.worker.Worker;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A process with one worker that loses what it cannot go on without: the child of a test. */
public final class WorkerEndMain {
    private WorkerEndMain() {
    }

    /** Transport, what is lost ({@code memory} or, of epoll, {@code transport}), a directory for the counters. */
    public static void main(String[] arguments) throws Exception {
        Transport transport = Transport.valueOf(arguments[0]);
        CountersFile counters = CountersFile.create(Path.of(arguments[2]).resolve("counters"), 16);
        Worker worker = new Worker(0, transport, new PublishedRoutes(), -1, 0,
                new Faults(0, counters.allocate(Kind.WORKER, 0, ""), new ProcessEnd()));
        worker.start();
        worker.execute(() -> lose(arguments[1]));
        Thread.sleep(60_000);
        System.exit(99); // it should have ended by itself
    }

    private static void lose(String what) {
        if (what.equals("transport")) {
            descriptors("anon_inode:[eventpoll]").forEach(io.sluice.ringbuffers.syscall.Files::close);
            return;
        }
        List<byte[]> hoard = new ArrayList<>();
        while (true) {
            hoard.add(new byte[hoard.size() > 100_000 ? 16 : 1 << 10]);
        }
    }

    private static List<Integer> descriptors(String kind) {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(file -> leadsTo(file, kind)).map(file -> Integer.valueOf(file.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean leadsTo(Path file, String kind) {
        try {
            return Files.readSymbolicLink(file).toString().equals(kind);
        } catch (IOException closedMeanwhile) {
            return false; // the listing's own
        }
    }
}
