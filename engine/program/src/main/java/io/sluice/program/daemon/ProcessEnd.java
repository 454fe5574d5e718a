package io.sluice.program.daemon;

import io.sluice.dataplane.worker.LastResort;
import io.sluice.program.build.ExitCode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when a worker cannot go on, by exit code 1 and with a word: a process that listens and does not serve
 * is the one thing that neither a service manager nor a peer can see. Any worker's thread.
 */
final class ProcessEnd implements LastResort {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);
    /** For when there is no memory to say more. */
    private static final byte[] FEW_WORDS = "sluice run: a worker is out of memory, the process ends (exit code 1)\n"
            .getBytes(StandardCharsets.US_ASCII);
    private static final FileOutputStream STANDARD_ERROR = new FileOutputStream(FileDescriptor.err);

    @Override
    public void cannotGoOn(int worker, Throwable why) {
        try {
            LOG.error("worker-{} cannot go on ({}): the process ends with exit code {}, as nobody would serve its"
                    + " clients any more", worker, why.toString(), ExitCode.INTERNAL_ERROR, why);
        } catch (Throwable noMemory) {
            say(FEW_WORDS);
        } finally {
            Runtime.getRuntime().halt(ExitCode.INTERNAL_ERROR); // no hook: it might wait for that worker
        }
    }

    private static void say(byte[] words) {
        try {
            STANDARD_ERROR.write(words);
        } catch (IOException nobodyListens) {
            // the exit code says it
        }
    }
}
