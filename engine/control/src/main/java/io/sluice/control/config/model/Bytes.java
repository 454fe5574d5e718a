package io.sluice.control.config.model;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A payload, compared by content. */
public record Bytes(String hex) {
    public static final Bytes NONE = new Bytes("");

    public Bytes {
        hex = HexFormat.of().formatHex(HexFormat.of().parseHex(hex));
    }

    public static Bytes ofText(String text) {
        return new Bytes(HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)));
    }

    public byte[] toArray() {
        return HexFormat.of().parseHex(hex);
    }

    public int size() {
        return hex.length() / 2;
    }
}
