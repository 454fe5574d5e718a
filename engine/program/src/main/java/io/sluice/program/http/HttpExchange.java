package io.sluice.program.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One request and its answer. The thread that serves the connection. */
public final class HttpExchange {
    /** IMF-fixdate (RFC 9110, 5.6.7). */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'",
            Locale.US);

    private final HttpConnection connection;
    private final RequestHead head;
    private final RequestBody body;
    private final OutputStream out;
    private final HttpHeaders answerHeaders = new HttpHeaders();
    private @Nullable AnswerBody stream;
    private boolean answered;
    private boolean last;

    HttpExchange(HttpConnection connection, RequestHead head, RequestBody body, OutputStream out) {
        this.connection = connection;
        this.head = head;
        this.body = body;
        this.out = out;
        last = !head.keepsAlive();
    }

    public String method() {
        return head.method();
    }

    /** As it came, without the query. */
    public String path() {
        return head.path();
    }

    /** As it came, or null. */
    public @Nullable String query() {
        return head.query();
    }

    public HttpHeaders headers() {
        return head.headers();
    }

    public InetSocketAddress remote() {
        return connection.remote();
    }

    /** The other end has proven who it is: this connection does not give way to strangers any more. */
    public void trust() {
        connection.trust();
    }

    /** Reading it throws {@link BadRequest} or {@link ClientGone}. */
    public InputStream body() throws IOException {
        if (head.wantsContinue() && !body.isOver() && !answered) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
        return body;
    }

    public HttpHeaders answerHeaders() {
        return answerHeaders;
    }

    /** Whether the answer has begun. */
    public boolean isAnswered() {
        return answered;
    }

    /** The whole answer. */
    public void answer(int status, byte[] content) throws IOException {
        if (status != 204 && status != 304) {
            answerHeaders.set("Content-Length", Integer.toString(content.length));
        }
        begin(status);
        if (!head.method().equals("HEAD")) {
            out.write(content);
        }
        out.flush();
    }

    /** An answer whose end is that of this stream. */
    public OutputStream stream(int status) throws IOException {
        if (head.http11()) {
            answerHeaders.set("Transfer-Encoding", "chunked");
        }
        begin(status);
        out.flush();
        if (!head.http11()) {
            return out; // ends with the connection
        }
        AnswerBody begun = new AnswerBody(out);
        stream = begun;
        return begun;
    }

    private void begin(int status) throws IOException {
        if (answered) {
            throw new IllegalStateException("one request, one answer");
        }
        answered = true;
        last |= !body.isOver();
        StringBuilder text = new StringBuilder("HTTP/1.1 ").append(status).append(' ').append(reason(status))
                .append("\r\nDate: ").append(DATE.format(ZonedDateTime.now(ZoneOffset.UTC))).append("\r\n");
        if (last) {
            text.append("Connection: close\r\n");
        }
        answerHeaders.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        out.write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** @return whether another request may follow on this connection */
    boolean end() throws IOException {
        if (!answered) {
            answer(500, new byte[0]);
        }
        if (stream != null) {
            stream.close();
        }
        return !last;
    }

    boolean hasUnreadBody() {
        return !body.isOver();
    }

    static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 201 -> "Created";
            case 204 -> "No Content";
            case 304 -> "Not Modified";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 412 -> "Precondition Failed";
            case 413 -> "Content Too Large";
            case 415 -> "Unsupported Media Type";
            case 422 -> "Unprocessable Content";
            case 428 -> "Precondition Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            default -> "Status";
        };
    }
}
