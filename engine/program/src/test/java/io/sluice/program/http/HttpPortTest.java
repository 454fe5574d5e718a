package io.sluice.program.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests byte by byte, and more connections than there may be, over real sockets. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HttpPortTest {
    private static final int MOST = 20;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private HttpPort port;

    @BeforeEach
    void open() throws Exception {
        port = HttpPort.open("test", new InetSocketAddress("127.0.0.1", 0), MOST);
        port.start(null, HttpPortTest::serve);
    }

    @AfterEach
    void close() {
        port.close();
    }

    /** /echo says the body, /known is trusted, /stream has no length, anything else says what it is. */
    private static void serve(HttpExchange exchange) throws IOException {
        switch (exchange.path()) {
            case "/echo" -> {
                try (InputStream body = exchange.body()) {
                    exchange.answer(200, body.readAllBytes());
                } catch (BadRequest bad) {
                    exchange.answer(bad.status(), bad.text().getBytes(StandardCharsets.UTF_8));
                }
            }
            case "/known" -> {
                exchange.trust();
                exchange.answer(200, "known".getBytes(StandardCharsets.UTF_8));
            }
            case "/stream" -> {
                OutputStream out = exchange.stream(200);
                out.write("one".getBytes(StandardCharsets.UTF_8));
                out.write("two".getBytes(StandardCharsets.UTF_8));
            }
            default -> exchange.answer(200, (exchange.method() + " " + exchange.path() + " " + exchange.query())
                    .getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void requests_follow_each_other_on_one_connection() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\nHEAD /h HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                    + "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: t\r\n\r\n"
                    + "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "\r\nGET http://x:1/z HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            String answers = all(socket);
            assertThat(answers).contains("\r\n\r\nGET /a b=cHTTP/1.1 200 OK", "Content-Length: 12\r\n\r\nHTTP/1.1",
                    "\r\n\r\nabcHTTP/1.1", "\r\n\r\nabcdeHTTP/1.1", "\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\nHTTP/1.1",
                    "Connection: close\r\n").endsWith("GET /z null");
        }
    }

    @Test
    void who_asks_first_is_told_to_go_on() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            byte[] go = socket.getInputStream().readNBytes(25);
            assertThat(new String(go, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            send(socket, "ab");
            socket.shutdownOutput();
            assertThat(all(socket)).endsWith("\r\n\r\nab");
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            nonsense,                                                                       400
            GET / HTTP/2.0|Host: x,                                                         400
            GET  / HTTP/1.1|Host: x,                                                        400
            GET / HTTP/1.1,                                                                 400
            GET / HTTP/1.1|Host: x|Host: y,                                                 400
            GET / HTTP/1.1|Host : x,                                                        400
            GET / HTTP/1.1|Host: x| folded,                                                 400
            POST / HTTP/1.1|Host: x|Content-Length: 1|Content-Length: 2,                    400
            POST / HTTP/1.1|Host: x|Content-Length: -1,                                     400
            POST / HTTP/1.1|Host: x|Content-Length: 99999999999999999999,                   400
            POST / HTTP/1.1|Host: x|Content-Length: 1|Transfer-Encoding: chunked,           400
            POST / HTTP/1.1|Host: x|Transfer-Encoding: gzip,                                501
            POST /echo HTTP/1.1|Host: x|Transfer-Encoding: chunked||nonsense,               400
            POST /echo HTTP/1.1|Host: x|Transfer-Encoding: chunked||1|abc,                  400
            """)
    void what_can_be_understood_in_two_ways_or_in_none_is_refused(String lines, int status) throws Exception {
        try (Socket socket = connect()) {
            send(socket, lines.replace("|", "\r\n") + "\r\n\r\n");
            assertThat(all(socket)).startsWith("HTTP/1.1 " + status + " ").contains("Connection: close");
        }
    }

    @Test
    void a_head_without_end_is_refused() throws Exception {
        for (String head : List.of("GET /" + "a".repeat(20_000), "GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(200))) {
            try (Socket socket = connect()) {
                send(socket, head);
                assertThat(all(socket)).startsWith("HTTP/1.1 431 ");
            }
        }
    }

    @Test
    void a_large_body_that_nobody_wants_does_not_take_the_answer_away() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + "a".repeat(100_000));
            assertThat(all(socket)).contains("Connection: close").endsWith("POST /other null");
        }
    }

    @Test
    void the_newcomer_is_served_and_who_holds_most_gives_way_but_not_who_is_known() throws Exception {
        List<Socket> held = new ArrayList<>();
        try (Socket known = connect("127.0.0.2"); Socket few = connect("127.0.0.3")) {
            send(known, "GET /known HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(known.getInputStream().readNBytes(15)).asString(StandardCharsets.US_ASCII)
                    .isEqualTo("HTTP/1.1 200 OK");
            for (int i = 0; i < 5 * MOST; i++) {
                held.add(connect("127.0.0.4"));
            }
            await().atMost(DEADLINE).until(() -> port.gaveWay() >= 4 * MOST);
            assertThat(port.connections()).isLessThanOrEqualTo(MOST);
            for (Socket asks : List.of(connect("127.0.0.5"), few)) {
                send(asks, "GET /here HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                assertThat(all(asks)).endsWith("GET /here null");
            }
            send(known, "GET /still HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(all(known)).endsWith("GET /still null");
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void who_trickles_has_as_long_as_who_is_silent() throws Exception {
        try (Socket socket = connect()) {
            long beganNs = System.nanoTime();
            await().atMost(DEADLINE).pollInterval(Duration.ofMillis(200)).until(() -> {
                try {
                    send(socket, "G");
                    return false;
                } catch (IOException ended) {
                    return true;
                }
            });
            assertThat(System.nanoTime() - beganNs).isGreaterThan(TimeUnit.SECONDS.toNanos(9));
        }
    }

    private Socket connect() throws IOException {
        return connect("127.0.0.1");
    }

    private Socket connect(String from) throws IOException {
        return new Socket(InetAddress.getByName("127.0.0.1"), port.address().getPort(), InetAddress.getByName(from), 0);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String all(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
