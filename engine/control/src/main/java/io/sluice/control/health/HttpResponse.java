package io.sluice.control.health;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * An HTTP/1.x response (RFC 9112) as far as a probe needs it: the status, and whether the body contains something. One
 * thread; every part is bounded, whatever the server sends.
 */
final class HttpResponse {
    private static final int HEAD_LIMIT_BYTES = 64 << 10;
    private static final long UNTIL_CLOSE = -1;

    /** What a search came to. */
    enum Search {
        FOUND, ABSENT,
        /** The connection closed before the body's announced end. */
        TRUNCATED,
        /** Only so much of a body is searched. */
        LIMIT
    }

    private final InputStream in;
    private int headBytes;
    private int status;
    private String statusLine = "";
    private long contentLengthBytes = UNTIL_CLOSE;
    private boolean chunked;

    private HttpResponse(InputStream in) {
        this.in = in;
    }

    /** Reads up to the end of the header, past informational responses. */
    static HttpResponse read(InputStream in) throws IOException {
        HttpResponse response = new HttpResponse(new BufferedInputStream(in));
        do {
            response.readHead();
        } while (response.status < 200 && response.status != 101);
        return response;
    }

    int status() {
        return status;
    }

    /** {@code 503 Service Unavailable}. */
    String statusLine() {
        return statusLine;
    }

    private void readHead() throws IOException {
        String first = line();
        if (!first.matches("HTTP/1\\.\\d [1-9]\\d\\d(?: .*)?")) {
            throw new ProtocolException("not an HTTP response: " + Words.printable(first));
        }
        statusLine = Words.printable(first.substring(9));
        status = Integer.parseInt(first.substring(9, 12));
        contentLengthBytes = UNTIL_CLOSE;
        chunked = false;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                header(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
        }
        if (status == 204 || status == 304) {
            contentLengthBytes = 0;
        }
    }

    private void header(String name, String value) throws IOException {
        if (name.equals("content-length")) {
            if (!value.matches("\\d{1,18}")) {
                throw new ProtocolException("content-length is no number: " + Words.printable(value));
            }
            contentLengthBytes = Long.parseLong(value);
        } else if (name.equals("transfer-encoding")) {
            chunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
        }
    }

    /** A line of the header or of the chunk framing, without its end. */
    private String line() throws IOException {
        byte[] line = new byte[128];
        int length = 0;
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new ProtocolException(headBytes == 0
                        ? "connection closed without a response"
                        : "connection closed in the middle of the response header");
            }
            if (++headBytes > HEAD_LIMIT_BYTES) {
                throw new ProtocolException("the response header is longer than " + (HEAD_LIMIT_BYTES >> 10) + " KiB");
            }
            if (next == '\n') {
                int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
                return new String(line, 0, end, StandardCharsets.ISO_8859_1);
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = (byte) next;
        }
    }

    /** Reads the body until the pattern turns up, the body ends, or that many bytes went by. */
    Search search(byte[] pattern, int limitBytes) throws IOException {
        var window = new Window(pattern);
        if (pattern.length == 0) {
            return Search.FOUND;
        }
        return chunked
                ? searchChunks(window, limitBytes)
                : searchPlain(window, contentLengthBytes, limitBytes);
    }

    private Search searchPlain(Window window, long lengthBytes, int limitBytes) throws IOException {
        for (long left = lengthBytes; left != 0; left--) {
            int next = in.read();
            if (next < 0) {
                return lengthBytes == UNTIL_CLOSE ? Search.ABSENT : Search.TRUNCATED;
            }
            if (window.completedBy(next)) {
                return Search.FOUND;
            }
            if (window.seenBytes == limitBytes) {
                return Search.LIMIT;
            }
        }
        return Search.ABSENT;
    }

    private Search searchChunks(Window window, int limitBytes) throws IOException {
        while (true) {
            headBytes = 0;
            String size;
            try {
                size = line().split("[;\\s]", 2)[0];
            } catch (ProtocolException closed) {
                return Search.TRUNCATED;
            }
            if (!size.matches("\\p{XDigit}{1,15}")) {
                throw new ProtocolException("chunk size is no number: " + Words.printable(size));
            }
            long lengthBytes = Long.parseLong(size, 16);
            if (lengthBytes == 0) {
                return Search.ABSENT;
            }
            Search inChunk = searchPlain(window, lengthBytes, limitBytes);
            if (inChunk != Search.ABSENT) {
                return inChunk;
            }
            in.read(); // CR LF after the data
            in.read();
        }
    }

    /** The last bytes seen, compared with a pattern as each arrives. */
    private static final class Window {
        private final byte[] pattern;
        private final byte[] last;
        private int seenBytes;

        Window(byte[] pattern) {
            this.pattern = pattern;
            last = new byte[pattern.length];
        }

        boolean completedBy(int next) {
            last[seenBytes++ % last.length] = (byte) next;
            if (seenBytes < pattern.length || (byte) next != pattern[pattern.length - 1]) {
                return false;
            }
            for (int i = 0; i < pattern.length; i++) {
                if (last[(seenBytes + i) % last.length] != pattern[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
