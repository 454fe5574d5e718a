package io.sluice.perftests.load;

import io.sluice.ringbuffers.syscall.Memory;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The status of an HTTP response (RFC 9112: `HTTP/1.1 404 ...`), read from its first bytes as they come; of anything
 * else nothing. Owned by one connection of a driver thread; allocates nothing.
 */
final class StatusLine {
    private static final byte[] PROTOCOL = "HTTP/".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS_FROM = "HTTP/1.1 ".length();
    private static final int DIGITS_UNTIL = DIGITS_FROM + 3;

    private final boolean expected;
    private int position;
    private int status;

    /** Only who asks by HTTP gets such an answer: other payload may begin like one by chance. */
    StatusLine(LoadPlan plan) {
        byte[] request = plan.request();
        expected = request != null && new String(request, StandardCharsets.ISO_8859_1).contains(" HTTP/1.");
    }

    /** A response is about to begin. */
    void begin() {
        position = expected ? 0 : DIGITS_UNTIL;
        status = 0;
    }

    /** So many bytes of the response came, and stand at the beginning of {@code received}. */
    void read(Memory received, int lengthBytes) {
        for (int i = 0; i < lengthBytes && position < DIGITS_UNTIL; i++, position++) {
            byte value = received.byteAt(i);
            boolean fits = position < PROTOCOL.length
                    ? value == PROTOCOL[position]
                    : position < DIGITS_FROM || (value >= '0' && value <= '9');
            if (!fits) {
                position = DIGITS_UNTIL;
                status = 0;
                return;
            }
            status = position < DIGITS_FROM ? 0 : status * 10 + value - '0';
        }
    }

    /** What the response counts as, where it says no. */
    @Nullable
    Count failure() {
        return switch (status / 100) {
            case 4 -> Count.HTTP_4XX;
            case 5 -> Count.HTTP_5XX;
            default -> null;
        };
    }
}
