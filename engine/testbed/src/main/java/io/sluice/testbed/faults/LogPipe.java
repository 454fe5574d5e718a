package io.sluice.testbed.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** A FIFO that daemons write their log into, and its reader, who may stall. A thread of its own reads. */
public final class LogPipe implements AutoCloseable {
    private static final long LOOK_NS = 20_000_000;
    /** Servers go up and down, daemons start. */
    private static final int MOST_EQUAL = 60;

    private final Path path;
    private final RandomAccessFile pipe;
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private volatile boolean stalled;
    private volatile boolean over;

    private record Line(long readNs, String text) {
        boolean warns() {
            return text.contains(" WARN ") || text.contains(" ERROR ");
        }
    }

    public LogPipe(Path path) throws IOException, InterruptedException {
        this.path = path;
        if (new ProcessBuilder("mkfifo", path.toString()).inheritIO().start().waitFor() != 0) {
            throw new IOException("mkfifo " + path);
        }
        pipe = new RandomAccessFile(path.toFile(), "rw"); // for writing too: it has no end while daemons come and go
        Thread.ofPlatform().name("log-reader").daemon().start(this::read);
    }

    public Path path() {
        return path;
    }

    void stall(boolean now) {
        stalled = now;
    }

    private void read() {
        StringBuilder line = new StringBuilder();
        byte[] bytes = new byte[8192];
        try {
            while (!over) {
                while (stalled) {
                    LockSupport.parkNanos(LOOK_NS);
                }
                int count = pipe.read(bytes);
                for (char next : new String(bytes, 0, Math.max(0, count), StandardCharsets.ISO_8859_1).toCharArray()) {
                    if (next == '\n') {
                        lines.add(new Line(System.nanoTime(), line.toString()));
                        line.setLength(0);
                    } else {
                        line.append(next);
                    }
                }
            }
        } catch (IOException closed) {
            over = true;
        }
    }

    boolean warnsBetween(long fromNs, long toNs) {
        return lines.stream().anyMatch(line -> line.warns() && line.readNs - fromNs >= 0 && line.readNs - toNs <= 0);
    }

    /** Bugs that showed, and what is told over and over. */
    List<String> unfit() {
        List<String> unfit = new ArrayList<>();
        lines.stream().map(Line::text).filter(text -> text.contains("this is a bug in Sluice")).forEach(unfit::add);
        lines.stream().filter(Line::warns).collect(Collectors.groupingBy(
                line -> line.text().replaceAll("[0-9]+", ""), Collectors.counting())).forEach((text, count) -> {
                    if (count > MOST_EQUAL) {
                        unfit.add(count + " equal lines in the log: " + text);
                    }
                });
        return unfit;
    }

    /** What was written so far, without the lines about connections. */
    String told() {
        return lines.stream().map(Line::text).filter(text -> !text.contains(" CONN "))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() throws IOException {
        over = true;
        stalled = false;
        pipe.write('\n'); // wakes the reader
        pipe.close();
    }
}
