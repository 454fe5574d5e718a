package io.sluice.program.log;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines on their way to whoever reads the log. Any thread hands lines over and goes on; the thread {@code log-writer}
 * alone writes, and alone waits when the reader stalls. What does not fit into the memory between them is dropped and
 * counted.
 */
public final class LogWriter {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    /** Some thousand lines: a reader may pause for seconds without a loss. */
    private static final int LIMIT_BYTES = 1 << 20;
    private static final int BATCH_BYTES = 1 << 16;
    /** What is written into a pipe at once (limits.h): up to this nobody else's bytes come between. */
    private static final int PIPE_BUF = 4096;
    private static final long LOOK_NS = 1_000_000;
    private static final long TELL_LOSS_NS = 10_000_000_000L;

    private final OutputStream out;
    private final int limitBytes;
    private final ConcurrentLinkedQueue<Lines> queue = new ConcurrentLinkedQueue<>();
    /** Queued or being written. */
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().name("log-writer").daemon().unstarted(this::run);
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream(BATCH_BYTES);
    private volatile byte @Nullable [] lastWords;
    private long lossTold;
    private long lossToldNs = System.nanoTime() - TELL_LOSS_NS;

    private record Lines(byte[] text, int count) {
    }

    /** By its first use: commands other than {@code run} write to stderr themselves. */
    private static final class OfProcess {
        static final LogWriter STANDARD_ERROR = start(new FileOutputStream(FileDescriptor.err));
    }

    private LogWriter(OutputStream out, int limitBytes) {
        this.out = out;
        this.limitBytes = limitBytes;
    }

    /** The one of this process; {@link System#err} is left alone, so that its lock is never held by who waits. */
    public static LogWriter standardError() {
        return OfProcess.STANDARD_ERROR;
    }

    static LogWriter start(OutputStream out) {
        LogWriter writer = new LogWriter(out, LIMIT_BYTES);
        writer.thread.start();
        return writer;
    }

    /**
     * Hands lines over; never waits.
     *
     * @param text whole lines
     * @param count how many
     * @return false: there was no room, they are counted as dropped
     */
    public boolean offer(byte[] text, int count) {
        if (waitingBytes.addAndGet(text.length) > limitBytes) {
            waitingBytes.addAndGet(-text.length);
            dropped.addAndGet(count);
            return false;
        }
        queue.add(new Lines(text, count));
        LockSupport.unpark(thread);
        return true;
    }

    /** Whether there is room for what comes in masses; the other half is for the daemon's own lines. */
    public boolean hasRoom() {
        return waitingBytes.get() < limitBytes / 2;
    }

    /** Lines dropped since the start; any thread. */
    public long dropped() {
        return dropped.get();
    }

    /** For what prints by itself, such as the stack of a thread that ended: each flush hands over what was printed. */
    public PrintStream stream() {
        return new PrintStream(new Printed(), true, StandardCharsets.UTF_8);
    }

    /** Waits until everything is written, but no longer than that; before an end of the process. */
    public void flush(Duration patience) {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        while ((waitingBytes.get() > 0 || lastWords != null) && System.nanoTime() - deadlineNs < 0) {
            LockSupport.parkNanos(this, LOOK_NS);
        }
    }

    /** Writes after all else; takes no memory, as there may be none. */
    public void lastWords(byte[] text) {
        lastWords = text;
        LockSupport.unpark(thread);
    }

    // ---- the writer's thread ----

    private void run() {
        while (true) {
            try {
                if (!writeBatch()) {
                    LockSupport.park(this);
                }
                tellLoss(System.nanoTime());
            } catch (Throwable noMemory) {
                // the next line may find some; nobody else could write it
                LockSupport.parkNanos(this, LOOK_NS);
            }
        }
    }

    private boolean writeBatch() {
        int lines = 0;
        int bytes = 0;
        batch.reset();
        for (Lines next = queue.poll(); next != null; next = bytes < BATCH_BYTES ? queue.poll() : null) {
            batch.writeBytes(next.text);
            lines += next.count;
            bytes += next.text.length;
        }
        byte[] last = lastWords;
        if (bytes == 0 && last == null) {
            return false;
        }
        try {
            writeLines(batch.toByteArray());
            if (bytes == 0 && last != null) {
                lastWords = null;
                out.write(last);
            }
        } catch (IOException nobodyReads) {
            dropped.addAndGet(lines);
        } finally {
            waitingBytes.addAndGet(-bytes);
        }
        return true;
    }

    /** In pieces that a pipe takes as a whole: during an upgrade two processes write into it. */
    private void writeLines(byte[] text) throws IOException {
        for (int from = 0; from < text.length;) {
            int end = from;
            for (int next = lineEnd(text, from); next > end && (end == from || next - from <= PIPE_BUF);) {
                end = next;
                next = lineEnd(text, end);
            }
            out.write(text, from, end - from);
            from = end;
        }
    }

    private static int lineEnd(byte[] text, int from) {
        int end = from;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        return Math.min(end + 1, text.length);
    }

    private void tellLoss(long nowNs) {
        long lost = dropped.get();
        if (lost != lossTold && hasRoom() && nowNs - lossToldNs >= TELL_LOSS_NS) {
            long since = lost - lossTold;
            lossTold = lost;
            lossToldNs = nowNs;
            LOG.warn("{} log lines dropped, {} since the start: whoever reads the log did not keep up", since, lost);
        }
    }

    /** Printed text, handed over at each flush; guarded by the stream around it. */
    private final class Printed extends ByteArrayOutputStream {
        @Override
        public synchronized void flush() {
            if (count > 0) {
                offer(toByteArray(), 1);
                reset();
            }
        }
    }
}
