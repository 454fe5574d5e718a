package io.sluice.program.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Command;
import io.sluice.control.api.Explanation;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Question;
import io.sluice.control.api.Request;
import io.sluice.control.api.Status;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final ScriptedControl control = new ScriptedControl();
    private ControlSocket socket;

    @BeforeEach
    void open() throws IOException {
        socket = ControlSocket.open(directory, control);
    }

    @AfterEach
    void close() {
        socket.close();
    }

    @Test
    void only_the_daemon_s_user_may_connect() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.path()))).isEqualTo("rw-------");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(socket.path());
        }
    }

    @Test
    void every_request_reaches_the_conductor() throws Exception {
        List<Request> requests = List.of(new Command.Reload(), new Question.Planned("/tmp/x.yaml"),
                new Question.Planned(null),
                new Command.Administer("web", "a", AdminState.DRAIN), new Command.Weight("web", "*", 5),
                new Command.Weight("web", "a", null), new Command.Kick("web", null, "192.0.2.1", 9),
                new Command.Stop(true));
        try (ControlClient client = connect()) {
            for (Request request : requests) {
                assertThat(client.ask(request).kind()).isEqualTo(Answer.Kind.DONE);
            }
        }
        assertThat(control.told).containsExactly("reload", "plan /tmp/x.yaml", "plan null", "drain web/a",
                "weight web/* 5", "weight web/a null",
                "kick Kick[service=web, server=null, client=192.0.2.1, connection=9]", "stop true");
    }

    @Test
    void questions_are_answered_with_values() throws Exception {
        try (ControlClient client = connect()) {
            Status status = Wire.json().treeToValue(client.ask(new Question.InForce()).value(), Status.class);
            assertThat(status).isEqualTo(control.status());
            Explanation why = Wire.json().treeToValue(
                    client.ask(new Question.Explained("2001:db8::1", 0, "web")).value(),
                    Explanation.class);
            assertThat(why.because()).isEqualTo(Explanation.Because.SCHEDULER);
            assertThat(client.ask(new Question.Happened(11)).value().get(0).get("sequence").asLong()).isEqualTo(12);
        }
    }

    @Test
    void refusals_and_problems_arrive_as_they_were_said() throws Exception {
        try (ControlClient client = connect()) {
            control.next = new Outcome.Refused("no");
            assertThat(client.ask(new Command.Reload())).isEqualTo(Answer.of(Answer.Kind.REFUSED, "no"));
            control.next = new Outcome.Invalid("2 problems", List.of("f:1:1: a", "f:2:1: b"));
            assertThat(client.ask(new Command.Reload()))
                    .isEqualTo(new Answer(Answer.Kind.INVALID, "2 problems", List.of("f:1:1: a", "f:2:1: b"), null));
            assertThat(client.ask(new Question.Explained("192.0.2.1", 0, "wbe")).message())
                    .isEqualTo("no service 'wbe'; did you mean 'web'?");
            assertThat(client.ask(new Question.Explained("localhost", 0, "web")).message())
                    .contains("not an IP address");
        }
    }

    @Test
    void what_is_no_request_is_answered_and_the_conversation_goes_on() throws IOException {
        try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(socket.path()))) {
            Lines lines = new Lines(raw, Wire.MAX_ANSWER_BYTES);
            for (String nonsense : List.of("hello", "{}", "{\"command\":\"explode\"}", "[1]", "",
                    "{\"command\":\"reload\",\"oops\":1}", "{\"command\":\"administer\",\"service\":\"web\"}")) {
                lines.write(nonsense);
                assertThat(Wire.json().readValue(lines.read(), Answer.class).kind()).as(nonsense)
                        .isEqualTo(Answer.Kind.MALFORMED);
            }
            lines.write("{\"command\":\"reload\"}");
            assertThat(lines.read()).isEqualTo("{\"kind\":\"done\",\"message\":\"ok\",\"details\":[]}");
        }
        assertThat(control.told).containsExactly("reload");
    }

    @Test
    void a_request_without_end_is_cut_off_at_its_bound() throws IOException {
        try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(socket.path()))) {
            ByteBuffer flood = ByteBuffer.allocate(Wire.MAX_REQUEST_BYTES + 1);
            while (flood.hasRemaining()) {
                flood.put((byte) 'x');
            }
            raw.write(flood.flip());
            assertThat(readToEnd(raw)).isZero();
        }
    }

    @Test
    void an_answer_may_be_large() throws Exception {
        control.next = new Outcome.Done("many", java.util.Collections.nCopies(100_000, "a line of a large plan"));
        try (ControlClient client = connect()) {
            assertThat(client.ask(new Question.Planned(null)).details()).hasSize(100_000);
        }
    }

    @Test
    void a_daemon_that_does_not_answer_is_given_up_in_time() throws Exception {
        var release = new CountDownLatch(1);
        control.before = () -> await(release);
        try (ControlClient client = ControlClient.connect(directory, Duration.ofMillis(200))) {
            assertThatThrownBy(() -> client.ask(new Question.InForce())).isInstanceOf(ControlClient.Unreachable.class)
                    .hasMessageContaining("no answer within");
        } finally {
            release.countDown();
        }
    }

    @Test
    void an_answer_under_way_while_the_socket_closes_arrives() throws Exception {
        var release = new CountDownLatch(1);
        var asked = new CountDownLatch(1);
        control.before = () -> {
            asked.countDown();
            await(release);
        };
        try (ControlClient client = connect()) {
            var answer = CompletableFuture.supplyAsync(() -> kindOf(client), Thread::startVirtualThread);
            asked.await();
            Thread closing = Thread.ofVirtual().start(socket::close);
            Awaitility.await().atMost(PATIENCE).until(this::refuses);
            release.countDown();
            assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Answer.Kind.DONE);
            closing.join();
        }
    }

    @Test
    void clients_that_ask_for_nothing_give_way_and_who_waits_for_an_answer_does_not() throws Exception {
        var release = new CountDownLatch(1);
        var asked = new CountDownLatch(1);
        control.before = () -> {
            asked.countDown();
            await(release);
        };
        List<SocketChannel> idle = new ArrayList<>();
        try (ControlClient first = connect()) {
            var answer = CompletableFuture.supplyAsync(() -> kindOf(first), Thread::startVirtualThread);
            asked.await();
            for (int i = 0; i < 300; i++) {
                idle.add(SocketChannel.open(UnixDomainSocketAddress.of(socket.path())));
            }
            release.countDown();
            try (ControlClient last = connect()) {
                assertThat(last.ask(new Command.Reload()).kind()).isEqualTo(Answer.Kind.DONE);
            }
            assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Answer.Kind.DONE);
            assertThat(idle.getFirst().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        } finally {
            for (SocketChannel one : idle) {
                one.close();
            }
        }
    }

    @Test
    void who_asks_while_an_upgrade_hands_the_socket_over_waits_for_the_next_process() throws Exception {
        socket.moveTo(directory.resolve("control-" + ProcessHandle.current().pid() + ".sock"));
        var asked = CompletableFuture.supplyAsync(() -> {
            try (ControlClient client = connect()) {
                return kindOf(client);
            } catch (ControlClient.Unreachable e) {
                throw new AssertionError(e);
            }
        }, Thread::startVirtualThread);
        try (ControlSocket next = ControlSocket.open(directory, control)) {
            assertThat(asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Answer.Kind.DONE);
            assertThat(next.path()).exists();
        }
        Files.writeString(directory.resolve("control-" + deadPid() + ".sock"), "");
        Files.delete(socket.path());
        assertThatThrownBy(this::connect).hasMessageContaining("no such socket");
    }

    private static long deadPid() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        return process.pid();
    }

    private static Answer.Kind kindOf(ControlClient client) {
        try {
            return client.ask(new Command.Reload()).kind();
        } catch (ControlClient.Unreachable gone) {
            throw new AssertionError(gone);
        }
    }

    private boolean refuses() {
        try {
            connect().close();
            return false;
        } catch (ControlClient.Unreachable refused) {
            return true;
        }
    }

    @Test
    void a_bug_in_the_daemon_is_an_error_not_silence() throws Exception {
        control.before = () -> {
            throw new IllegalStateException("boom");
        };
        try (ControlClient client = connect()) {
            assertThat(client.ask(new Command.Reload()).kind()).isEqualTo(Answer.Kind.ERROR);
        }
    }

    @Test
    void nobody_there_is_said_with_the_place_and_the_reason() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThatThrownBy(() -> ControlClient.connect(empty, PATIENCE))
                .hasMessage(empty + "/control.sock: no such socket");
        socket.close();
        try (var stale = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(socket.path()));
        }
        assertThat(socket.path()).exists();
        assertThatThrownBy(this::connect).hasMessageContaining("nobody listens");
    }

    @Test
    void a_socket_left_by_a_killed_daemon_is_replaced_and_a_living_one_is_not() throws Exception {
        assertThatThrownBy(() -> ControlSocket.open(directory, control)).isInstanceOf(IOException.class)
                .hasMessageContaining("another daemon answers on " + socket.path());
        socket.close();
        assertThat(socket.path()).doesNotExist();
        try (var stale = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(socket.path()));
        }
        socket = ControlSocket.open(directory, control);
        try (ControlClient client = connect()) {
            assertThat(client.ask(new Command.Reload()).kind()).isEqualTo(Answer.Kind.DONE);
        }
    }

    @Test
    void a_path_too_long_for_the_system_is_said_so() throws IOException {
        Path deep = Files.createDirectories(directory.resolve("x".repeat(100)));
        assertThatThrownBy(() -> ControlSocket.open(deep, control))
                .hasMessageContaining("set a shorter state-directory");
        try (Stream<Path> left = Files.list(deep)) {
            assertThat(left).isEmpty();
        }
    }

    private ControlClient connect() throws ControlClient.Unreachable {
        return ControlClient.connect(directory, PATIENCE);
    }

    private static int readToEnd(SocketChannel channel) {
        ByteBuffer buffer = ByteBuffer.allocate(1024);
        try {
            while (channel.read(buffer) >= 0) {
                assertThat(UTF_8.decode(buffer.flip()).toString()).isEmpty();
                buffer.clear();
            }
        } catch (IOException reset) {
            return 0; // closed with unread bytes
        }
        return 0;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
