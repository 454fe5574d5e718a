package io.sluice.control.health;

import io.sluice.control.health.dialogue.Excerpt;
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
    /** The answer to HEAD tells of a body without having one. */
    private final boolean bodiless;
    private int headBytes;
    private int status;
    private String statusLine = "";
    /** Left of the body, or of its present chunk. */
    private long leftBytes = UNTIL_CLOSE;
    private boolean chunked;
    private boolean firstChunk = true;
    private boolean ended;
    private boolean truncated;

    private HttpResponse(InputStream in, boolean bodiless) {
        this.in = in;
        this.bodiless = bodiless;
    }

    /**
     * Reads up to the end of the header, past informational responses.
     *
     * @param method of the request
     */
    static HttpResponse read(InputStream in, String method) throws IOException {
        HttpResponse response = new HttpResponse(new BufferedInputStream(in), method.equals("HEAD"));
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
            throw new ProtocolException("not an HTTP response: " + Excerpt.of(first));
        }
        statusLine = Excerpt.of(first.substring(9));
        status = Integer.parseInt(first.substring(9, 12));
        leftBytes = UNTIL_CLOSE;
        chunked = false;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                header(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
        }
        if (bodiless || status == 101 || status == 204 || status == 304) {
            chunked = false;
            leftBytes = 0;
        } else if (chunked) {
            leftBytes = 0; // a length beside it means nothing (RFC 9112 section 6.3)
        }
    }

    private void header(String name, String value) throws IOException {
        if (name.equals("content-length")) {
            if (!value.matches("\\d{1,18}")) {
                throw new ProtocolException("content-length is no number: " + Excerpt.of(value));
            }
            leftBytes = Long.parseLong(value);
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
        if (pattern.length == 0) {
            return Search.FOUND;
        }
        var window = new Window(pattern);
        while (window.seenBytes < limitBytes) {
            int next = nextOfBody();
            if (next < 0) {
                return truncated ? Search.TRUNCATED : Search.ABSENT;
            }
            if (window.completedBy(next)) {
                return Search.FOUND;
            }
        }
        return Search.LIMIT;
    }

    /** Reads what is left of the body, up to that many bytes. */
    void skip(int limitBytes) throws IOException {
        for (int left = limitBytes; left > 0 && nextOfBody() >= 0; left--) {
            // a server whose answer is left unread sees its connection break
        }
    }

    /** The next byte of the body, without the framing; negative at its end. */
    private int nextOfBody() throws IOException {
        if (leftBytes == 0 && chunked && !ended) {
            nextChunk();
        }
        if (leftBytes == 0 || ended) {
            return -1;
        }
        int next = in.read();
        if (next < 0) {
            truncated = leftBytes != UNTIL_CLOSE;
            ended = true;
        } else if (leftBytes > 0) {
            leftBytes--;
        }
        return next;
    }

    private void nextChunk() throws IOException {
        headBytes = 0;
        String size;
        try {
            if (!firstChunk) {
                line(); // CR LF after the data
            }
            firstChunk = false;
            size = line().split("[;\\s]", 2)[0];
        } catch (ProtocolException closed) {
            truncated = true;
            ended = true;
            return;
        }
        if (!size.matches("\\p{XDigit}{1,15}")) {
            throw new ProtocolException("chunk size is no number: " + Excerpt.of(size));
        }
        leftBytes = Long.parseLong(size, 16);
        if (leftBytes == 0) {
            ended = true;
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
