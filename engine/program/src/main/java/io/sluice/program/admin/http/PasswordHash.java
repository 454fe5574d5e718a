package io.sluice.program.admin.http;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** A salted password hash, PBKDF2 with HMAC-SHA-256 (RFC 8018). Immutable. */
final class PasswordHash {
    /** Fewer are refused. */
    static final int LEAST_ITERATIONS = 210_000;
    /** A file that asks for more would let each login occupy a core for seconds. */
    static final int MOST_ITERATIONS = 10_000_000;
    /** What new passwords get; OWASP's number for this function. */
    static final int ITERATIONS = 600_000;
    private static final String NAME = "pbkdf2-sha256";
    private static final int HASH_BITS = 256;
    private static final int SALT_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    static PasswordHash of(String password) {
        return of(password, ITERATIONS);
    }

    static PasswordHash of(String password, int iterations) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return new PasswordHash(iterations, salt, derive(password, salt, iterations));
    }

    /**
     * Parses {@code pbkdf2-sha256:iterations:salt:hash}, the last two in base64.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    static PasswordHash parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 4 || !parts[0].equals(NAME)) {
            throw new IllegalArgumentException("want " + NAME + ":iterations:salt:hash");
        }
        int iterations = Integer.parseInt(parts[1]);
        if (iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
            throw new IllegalArgumentException(
                    iterations + " iterations are outside " + LEAST_ITERATIONS + ".." + MOST_ITERATIONS);
        }
        byte[] salt = Base64.getDecoder().decode(parts[2]);
        byte[] hash = Base64.getDecoder().decode(parts[3]);
        if (salt.length < SALT_BYTES || hash.length != HASH_BITS / 8) {
            throw new IllegalArgumentException("salt or hash is too short");
        }
        return new PasswordHash(iterations, salt, hash);
    }

    /** Whether this is the hash of that password; takes the same time for any. */
    boolean matches(String password) {
        return MessageDigest.isEqual(hash, derive(password, salt, iterations));
    }

    @Override
    public String toString() {
        Base64.Encoder base64 = Base64.getEncoder();
        return NAME + ":" + iterations + ":" + base64.encodeToString(salt) + ":" + base64.encodeToString(hash);
    }

    private static byte[] derive(String password, byte[] salt, int iterations) {
        PBEKeySpec specification = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(specification).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2WithHmacSHA256", e);
        } finally {
            specification.clearPassword();
        }
    }
}
