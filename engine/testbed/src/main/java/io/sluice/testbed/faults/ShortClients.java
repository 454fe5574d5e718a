package io.sluice.testbed.faults;

import io.sluice.testbed.UdpExchange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that come, ask once and go: connections, datagrams from a port of their own, questions to the daemon. */
final class ShortClients implements AutoCloseable {
    private static final long EVERY_MS = 40;
    private static final int PATIENCE_MS = 10_000;
    private static final long LONGEST_NS = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);

    private final Diary diary;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong served = new AtomicLong();
    private volatile boolean over;

    /** One question and its answer. */
    private interface Question {
        void ask() throws IOException;
    }

    ShortClients(FaultTarget target, Diary diary) {
        this.diary = diary;
        for (int i = 0; i < 2; i++) {
            start(Fault.Client.TCP, () -> connect(target.tcpPort()));
            start(Fault.Client.UDP, () -> datagram(target.udpPort()));
        }
        start(Fault.Client.CONTROL, target::ask);
    }

    /** How many were served. */
    long served() {
        return served.get();
    }

    private void start(Fault.Client kind, Question question) {
        threads.add(Thread.ofPlatform().name("short-" + kind).daemon().start(() -> {
            while (!over) {
                long askedNs = System.nanoTime();
                try {
                    question.ask();
                    served.incrementAndGet();
                    if (System.nanoTime() - askedNs > LONGEST_NS) {
                        diary.failed(kind, askedNs, "it took too long");
                    }
                } catch (IOException letDown) {
                    if (!over) {
                        diary.failed(kind, askedNs, letDown.toString());
                    }
                }
                try {
                    Thread.sleep(EVERY_MS);
                } catch (InterruptedException end) {
                    return;
                }
            }
        }));
    }

    private static void connect(int port) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MS);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            if (in.readLine() == null) {
                throw new IOException("closed before the server's name");
            }
            socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            String echo = in.readLine();
            if (!"hello".equals(echo)) {
                throw new IOException("'" + echo + "' came for 'hello'");
            }
        }
    }

    private static void datagram(int port) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            String text = "datagram of " + socket.getLocalPort();
            String answer = UdpExchange.ask(socket, text);
            if (!answer.equals(text)) {
                throw new IOException("'" + answer + "' came for '" + text + "'");
            }
        }
    }

    @Override
    public void close() {
        over = true;
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
