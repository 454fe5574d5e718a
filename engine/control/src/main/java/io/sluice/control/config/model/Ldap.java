package io.sluice.control.config.model;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A directory that knows users of the admin API (LDAP, RFC 4511): it is asked to bind with the user's name and
 * password.
 *
 * @param url {@code ldap://HOST[:PORT]} or {@code ldaps://HOST[:PORT]}
 * @param caFile null: the JDK's certificates
 * @param user a distinguished name with {@code {user}} in it; null: found by {@code search}
 * @param search null: {@code user} says it
 * @param operators the group of those who may change
 * @param viewers the group of those who may look; null: everybody whom the directory lets in
 */
public record Ldap(String url, @Nullable Path caFile, @Nullable String user, @Nullable Search search, String operators,
        @Nullable String viewers, Duration timeout) {
    public static final Duration STANDARD_TIMEOUT = Duration.ofSeconds(5);
    /** What stands for the user's name. */
    public static final String USER = "{user}";

    /**
     * How to find a user's distinguished name.
     *
     * @param filter with {@code {user}} in it (RFC 4515)
     * @param bind who searches; null: anonymously
     * @param passwordFile the password of {@code bind}
     */
    public record Search(String base, String filter, @Nullable String bind, @Nullable Path passwordFile) {
        public static final String STANDARD_FILTER = "(uid={user})";
    }

    public boolean encrypted() {
        return url.startsWith("ldaps:");
    }
}
