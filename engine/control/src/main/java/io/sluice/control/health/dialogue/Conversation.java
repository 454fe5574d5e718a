package io.sluice.control.health.dialogue;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Both directions of a connection, as dialogues use them: whatever the server sends is bounded, and what is awaited is
 * told before each wait. The probe's thread.
 */
public final class Conversation {
    private static final int LONGEST_LINE_BYTES = 8 << 10;
    private static final int MOST_SEARCHED_BYTES = 1 << 20;

    private final InputStream in;
    private final OutputStream out;
    private final Consumer<String> awaiting;
    private @Nullable IOException unsent;

    /** @param awaiting hears what the server is expected to say next: the words of a timeout */
    public Conversation(InputStream in, OutputStream out, Consumer<String> awaiting) {
        this.in = new BufferedInputStream(in);
        this.out = out;
        this.awaiting = awaiting;
    }

    /** Says it. A server that has hung up may have said why: that it does not listen shows at the next answer. */
    public void say(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException closed) {
            unsent = closed;
        }
    }

    public void say(String text) {
        say(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws IOException when something could not be said */
    public void saidAll() throws IOException {
        if (unsent != null) {
            throw unsent;
        }
    }

    /**
     * A line without its end, as ISO 8859-1.
     *
     * @param what it should be
     */
    public String line(String what) throws IOException {
        return line(what, false);
    }

    /** The same, or what the server said until it hung up. */
    public String lastLine(String what) throws IOException {
        return line(what, true);
    }

    private String line(String what, boolean last) throws IOException {
        awaiting.accept(what);
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                if (last && line.size() > 0) {
                    break;
                }
                throw closed(what, line.toByteArray());
            }
            if (line.size() == LONGEST_LINE_BYTES) {
                throw new ProtocolException("a line of more than " + (LONGEST_LINE_BYTES >> 10) + " KiB, not " + what
                        + ": " + Excerpt.of(line.toByteArray()));
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /**
     * That many bytes.
     *
     * @param what they should be
     */
    public byte[] exactly(int bytes, String what) throws IOException {
        awaiting.accept(what);
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) {
            throw closed(what, read);
        }
        return read;
    }

    /**
     * Listens until one of these was said, wherever it begins; what comes behind it is left for the next answer.
     *
     * @return the one that was
     */
    public byte[] until(List<byte[]> any) throws IOException {
        String what = any.stream().map(Excerpt::of).collect(Collectors.joining(" or "));
        awaiting.accept(what);
        var heard = new Heard();
        while (heard.size() < MOST_SEARCHED_BYTES) {
            int next = in.read();
            if (next < 0) {
                throw closed(what, heard.toByteArray());
            }
            heard.write(next);
            for (byte[] wanted : any) {
                if (heard.endsWith(wanted)) {
                    return wanted;
                }
            }
            if (in.available() == 0) {
                awaiting.accept(what + " in " + Excerpt.of(heard.toByteArray()));
            }
        }
        throw new ProtocolException("the first " + (MOST_SEARCHED_BYTES >> 10) + " KiB lack " + what);
    }

    private static ProtocolException closed(String what, byte[] heard) {
        return new ProtocolException("connection closed without " + what
                + (heard.length == 0 ? "" : ", after " + Excerpt.of(heard)));
    }

    /** What was heard so far. */
    private static final class Heard extends ByteArrayOutputStream {
        boolean endsWith(byte[] wanted) {
            return count >= wanted.length
                    && java.util.Arrays.equals(buf, count - wanted.length, count, wanted, 0, wanted.length);
        }
    }
}
