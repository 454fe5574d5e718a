package io.sluice.program.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LogWriterTest {
    @Test
    void lines_reach_a_pipe_in_pieces_that_end_with_a_line_and_that_it_takes_as_a_whole() throws Exception {
        List<String> writes = new CopyOnWriteArrayList<>();
        CountDownLatch queued = new CountDownLatch(1);
        LogWriter writer = LogWriter.start(new OutputStream() {
            @Override
            public void write(int one) {
                throw new AssertionError("a byte by itself");
            }

            @Override
            public void write(byte[] from, int offset, int length) {
                writes.add(new String(from, offset, length, StandardCharsets.UTF_8));
                try {
                    queued.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            String line = "line " + i + "x".repeat(i == 500 ? 10_000 : i % 100) + "\n";
            all.append(line);
            assertThat(writer.offer(line.getBytes(StandardCharsets.UTF_8), 1)).isTrue();
        }
        queued.countDown();
        writer.flush(Duration.ofSeconds(60));
        assertThat(String.join("", writes)).isEqualTo(all.toString());
        assertThat(writes).allMatch(text -> text.endsWith("\n"))
                .allMatch(text -> text.length() <= 4096 || text.indexOf('\n') == text.length() - 1);
        assertThat(writes.size()).isLessThan(100);
    }
}
