package io.sluice.program.admin.http;

import java.util.concurrent.Semaphore;

/** How many bytes of bodies may be held at once, of one request and of all together. Any thread. */
final class BodySpace {
    /** A configuration takes up to a hundred times its text while it is checked. */
    private static final int HEAP_FOR_TEXT = 256;
    /** Of users; 1 MiB in a heap of 256 MiB. */
    static final int MOST_OF_ONE_BYTES = Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_FOR_TEXT, 256 << 10,
            8 << 20);
    private static final int AT_ONCE = 4;

    private final Semaphore free = new Semaphore(AT_ONCE * MOST_OF_ONE_BYTES);

    /** What one request holds of it. The thread that serves it. */
    final class Part implements AutoCloseable {
        private int taken;

        /** @throws ApiError when others hold it all */
        void take(int bytes) {
            if (!free.tryAcquire(bytes)) {
                throw ApiError.busy("others are sending large bodies");
            }
            taken += bytes;
        }

        @Override
        public void close() {
            free.release(taken);
            taken = 0;
        }
    }

    Part part() {
        return new Part();
    }
}
