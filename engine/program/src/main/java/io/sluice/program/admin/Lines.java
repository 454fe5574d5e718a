package io.sluice.program.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines over a socket, of bounded length. One thread at a time. */
final class Lines {
    private static final int CHUNK_BYTES = 8192;

    private final SocketChannel channel;
    private final int maxBytes;
    private final ByteBuffer received = ByteBuffer.allocate(CHUNK_BYTES).flip();

    Lines(SocketChannel channel, int maxBytes) {
        this.channel = channel;
        this.maxBytes = maxBytes;
    }

    /**
     * The next line without its end, or null at the end of the stream; a line that the end cuts off is dropped.
     *
     * @throws LineTooLong beyond the bound; the rest of the stream makes no sense then
     */
    @Nullable
    String read() throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            while (received.hasRemaining()) {
                byte next = received.get();
                if (next == '\n') {
                    return line.toString(StandardCharsets.UTF_8);
                }
                if (line.size() == maxBytes) {
                    throw new LineTooLong(maxBytes);
                }
                line.write(next);
            }
            received.clear();
            int count = channel.read(received);
            received.flip();
            if (count < 0) {
                return null;
            }
        }
    }

    void write(String line) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(line + "\n");
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** A line beyond its bound. */
    static final class LineTooLong extends IOException {
        private static final long serialVersionUID = 1;

        LineTooLong(int maxBytes) {
            super("a line longer than " + maxBytes + " bytes");
        }
    }
}
