package io.sluice.program.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** An answer whose length nobody knows yet, in chunks. The thread that serves the connection. */
final class AnswerBody extends OutputStream {
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;
    private boolean over;

    AnswerBody(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[]{(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        if (length > 0) { // a chunk of none ends the body
            out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(from, offset, length);
            out.write(LINE_END);
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        if (!over) {
            over = true;
            out.write(LAST);
            out.flush();
        }
    }
}
