package io.sluice.control.health.dialogue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** What a server said, fit for a line of a log. Stateless. */
public final class Excerpt {
    private static final int CHARACTERS = 120;
    private static final int BYTES = 32;

    private Excerpt() {
    }

    /** Foreign text on one line, short, without control characters. */
    public static String of(String text) {
        String flat = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return flat.length() <= CHARACTERS ? flat : flat.substring(0, CHARACTERS) + "...";
    }

    /** As text when it is text, else the first 32 bytes as hexadecimal digits. */
    public static String of(byte[] bytes) {
        if (bytes.length == 0) {
            return "nothing";
        }
        for (byte next : bytes) {
            if ((next < ' ' && next != '\r' && next != '\n') || next == 0x7F) {
                return "hex " + HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(bytes.length, BYTES)))
                        + (bytes.length > BYTES ? "..." : "");
            }
        }
        return of(new String(bytes, StandardCharsets.US_ASCII));
    }
}
