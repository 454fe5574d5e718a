package io.sluice.control.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The version of something that people change, as an entity tag (RFC 9110, 8.8.3): equal where that is equal. */
public final class EntityTag {
    private EntityTag() {
    }

    /** Of a text. */
    public static String of(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "\"" + HexFormat.of().formatHex(digest, 0, 8) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Of a real server: changes with what people change, not with counters or health. */
    public static String ofServer(String name, String address, int weight, int configuredWeight, AdminState admin) {
        return of(name + "\n" + address + "\n" + weight + "\n" + configuredWeight + "\n" + admin);
    }
}
