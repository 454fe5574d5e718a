package io.sluice.program.daemon;

import io.sluice.dataplane.worker.LastResort;
import io.sluice.program.build.ExitCode;
import io.sluice.program.log.LogWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when a worker cannot go on, by exit code 1 and with a word: a process that listens and does not
 * serve is the one thing that neither a service manager nor a peer can see. Any worker's thread.
 */
final class ProcessEnd implements LastResort {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);
    /** For when there is no memory to say more. */
    private static final byte[] FEW_WORDS = "sluice run: a worker is out of memory, the process ends (exit code 1)\n"
            .getBytes(StandardCharsets.US_ASCII);
    private static final LogWriter WRITER = LogWriter.standardError();
    /** A reader of the log that stalls does not keep the process. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @Override
    public void cannotGoOn(int worker, Throwable why) {
        try {
            LOG.error("worker-{} cannot go on ({}): the process ends with exit code {}, as nobody would serve its"
                    + " clients any more", worker, why.toString(), ExitCode.INTERNAL_ERROR, why);
        } catch (Throwable noMemory) {
            WRITER.lastWords(FEW_WORDS);
        } finally {
            end();
        }
    }

    private static void end() {
        try {
            WRITER.flush(PATIENCE);
        } finally {
            Runtime.getRuntime().halt(ExitCode.INTERNAL_ERROR); // no hook: it might wait for that worker
        }
    }
}
