package io.sluice.program.http;

import java.io.IOException;
import java.io.InputStream;

/** The body of one request, by its length or by chunks (RFC 9112, 7.1). The thread that serves the connection. */
final class RequestBody extends InputStream {
    private static final int LONGEST_LINE = 256;
    private static final int MOST_TRAILERS = 20;

    private final HttpConnection connection;
    private final InputStream in;
    private final boolean chunked;
    /** Of the body, or of the chunk. */
    private long left;
    private boolean begun;
    private boolean over;

    /** @param bytes or {@link RequestHead#CHUNKED} */
    RequestBody(HttpConnection connection, InputStream in, long bytes) {
        this.connection = connection;
        this.in = in;
        chunked = bytes == RequestHead.CHUNKED;
        left = chunked ? 0 : bytes;
        over = bytes == 0;
    }

    /** Whether it was read to its end. */
    boolean isOver() {
        return over;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (over || length == 0) {
            return over ? -1 : 0;
        }
        connection.readsBody(!begun);
        begun = true;
        try {
            if (chunked && left == 0 && !nextChunk()) {
                return -1;
            }
            int count = in.read(into, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new ClientGone("the body is cut off");
            }
            left -= count;
            if (left == 0 && chunked) {
                requireLineEnd();
            }
            over = left == 0 && !chunked;
            return count;
        } catch (BadRequest | ClientGone told) {
            throw told;
        } catch (IOException gone) {
            throw new ClientGone(gone);
        } finally {
            connection.serves();
        }
    }

    private boolean nextChunk() throws IOException {
        String line = line();
        int end = line.indexOf(';');
        String size = (end < 0 ? line : line.substring(0, end)).strip();
        if (!size.matches("[0-9A-Fa-f]{1,8}")) {
            throw new BadRequest(400, "a chunk has no size");
        }
        left = Long.parseLong(size, 16);
        if (left > 0) {
            return true;
        }
        int trailers = 0;
        while (!line().isEmpty()) {
            if (++trailers > MOST_TRAILERS) {
                throw new BadRequest(431, "too many trailer lines");
            }
        }
        over = true;
        return false;
    }

    private void requireLineEnd() throws IOException {
        if (!line().isEmpty()) {
            throw new BadRequest(400, "a chunk is longer than it says");
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new ClientGone("the body is cut off");
            }
            if (line.length() == LONGEST_LINE) {
                throw new BadRequest(400, "a chunk has no size");
            }
            line.append((char) next);
        }
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
    }
}
