package io.sluice.program.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The first lines of a request (RFC 9112), read strictly: what could be understood in two ways is refused.
 *
 * @param path raw, without the query
 * @param bodyBytes {@link #CHUNKED} where the chunks say it
 */
record RequestHead(String method, String path, @Nullable String query, boolean http11, HttpHeaders headers,
        long bodyBytes) {
    static final long CHUNKED = -1;
    private static final int MOST_BYTES = 16 << 10;
    private static final int MOST_FIELDS = 100;
    private static final Pattern LINE = Pattern.compile("([A-Z]{1,16}) ([!-~]+) HTTP/1\\.([01])");
    private static final Pattern ABSOLUTE = Pattern.compile("https?://[^/?#]+(.*)");
    private static final Pattern FIELD = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*(.*?)[ \\t]*");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,15}");

    /** Reads one; null where the client has nothing more to ask. */
    static @Nullable RequestHead read(InputStream in) throws IOException {
        Lines lines = new Lines(in);
        String first = lines.next();
        while (first != null && first.isEmpty()) { // RFC 9112, 2.2
            first = lines.next();
        }
        if (first == null) {
            return null;
        }
        Matcher line = LINE.matcher(first);
        if (!line.matches()) {
            throw new BadRequest(400, "this is no request of HTTP/1.1");
        }
        HttpHeaders headers = new HttpHeaders();
        for (int fields = 0;; fields++) {
            String text = lines.next();
            if (text == null) {
                throw new ClientGone("the request ends within its head");
            }
            if (text.isEmpty()) {
                break;
            }
            Matcher field = FIELD.matcher(text);
            if (!field.matches()) {
                throw new BadRequest(400, "a header line is malformed");
            }
            if (fields == MOST_FIELDS) {
                throw new BadRequest(431, "more than " + MOST_FIELDS + " header lines");
            }
            headers.add(field.group(1), field.group(2));
        }
        return of(line, headers);
    }

    private static RequestHead of(Matcher line, HttpHeaders headers) throws BadRequest {
        boolean http11 = line.group(3).equals("1");
        if (headers.all("Host").size() > 1 || (http11 && !headers.has("Host"))) {
            throw new BadRequest(400, "want one Host header");
        }
        String target = line.group(2);
        Matcher absolute = ABSOLUTE.matcher(target);
        if (absolute.matches()) {
            target = absolute.group(1).startsWith("/") ? absolute.group(1) : "/" + absolute.group(1);
        }
        int question = target.indexOf('?');
        return new RequestHead(line.group(1), question < 0 ? target : target.substring(0, question),
                question < 0 ? null : target.substring(question + 1), http11, headers, bodyBytes(headers));
    }

    /** Two lengths, or a length beside chunks, are how requests are smuggled (RFC 9112, 11.2). */
    private static long bodyBytes(HttpHeaders headers) throws BadRequest {
        var lengths = headers.all("Content-Length");
        var codings = headers.all("Transfer-Encoding");
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty() || codings.size() > 1) {
                throw new BadRequest(400, "the body's length is stated twice");
            }
            if (!codings.getFirst().equalsIgnoreCase("chunked")) {
                throw new BadRequest(501, "of transfer encodings only chunked is known");
            }
            return CHUNKED;
        }
        if (lengths.isEmpty()) {
            return 0;
        }
        if (lengths.size() > 1 || !LENGTH.matcher(lengths.getFirst()).matches()) {
            throw new BadRequest(400, "Content-Length is not one number");
        }
        return Long.parseLong(lengths.getFirst());
    }

    boolean keepsAlive() {
        return http11 && !headers.says("Connection", "close");
    }

    boolean wantsContinue() {
        return http11 && headers.says("Expect", "100-continue");
    }

    /** Lines of one head, bounded together. The thread that serves the connection. */
    private static final class Lines {
        private final InputStream in;
        private final byte[] line = new byte[MOST_BYTES];
        private int left = MOST_BYTES;

        Lines(InputStream in) {
            this.in = in;
        }

        /** Null where the stream ends before it. */
        @Nullable
        String next() throws IOException {
            int length = 0;
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    if (length == 0) {
                        return null;
                    }
                    throw new ClientGone("the request ends within a line");
                }
                if (--left <= 0) {
                    throw new BadRequest(431, "the head is larger than " + MOST_BYTES + " bytes");
                }
                line[length++] = (byte) next;
            }
            left--;
            if (length > 0 && line[length - 1] == '\r') {
                length--;
            }
            for (int i = 0; i < length; i++) {
                if ((line[i] < ' ' && line[i] != '\t' && line[i] >= 0) || line[i] == 0x7F) {
                    throw new BadRequest(400, "a control character in the head");
                }
            }
            return new String(line, 0, length, StandardCharsets.ISO_8859_1);
        }
    }
}
