package io.sluice.engine.admin.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users file: a line {@code name:role:pbkdf2-sha256:iterations:salt:hash} per user, read again when it has changed.
 * Any thread.
 */
final class Users {
    private static final Logger LOG = LoggerFactory.getLogger(Users.class);
    private static final String FIRST = "admin";
    private static final int PASSWORD_BYTES = 15;
    /** Each check occupies a core for a good part of a second: strangers must not occupy them all. */
    private static final Semaphore AT_ONCE = new Semaphore(2);

    private final Path file;
    private @Nullable FileTime read;
    private Map<String, User> users = Map.of();
    private @Nullable PasswordHash nobody;

    /** Someone who may log in. */
    record User(String name, Role role, PasswordHash password) {
    }

    Users(Path file) {
        this.file = file;
    }

    /** Makes the file with one operator where there is none; the password is logged this once. */
    void makeFirst() throws IOException {
        if (Files.exists(file)) {
            return;
        }
        String password = Secrets.word(PASSWORD_BYTES);
        String line = FIRST + ":" + Role.OPERATOR.word() + ":" + PasswordHash.of(password) + "\n";
        Secrets.write(file, ("# name:role:pbkdf2-sha256:iterations:salt:hash, roles viewer and operator\n" + line)
                .getBytes(StandardCharsets.UTF_8));
        LOG.warn("admin: first start: user '{}', password '{}' (said only this once; its hash is in {})", FIRST,
                password, file);
    }

    /** Who that is; a name that nobody has takes as long as a wrong password. */
    Optional<User> check(String name, String password) {
        User user = user(name).orElse(null);
        AT_ONCE.acquireUninterruptibly();
        try {
            PasswordHash hash = user == null ? nobody() : user.password();
            return hash.matches(password) && user != null ? Optional.of(user) : Optional.empty();
        } finally {
            AT_ONCE.release();
        }
    }

    /** As the file says now. */
    synchronized Optional<User> user(String name) {
        refresh();
        return Optional.ofNullable(users.get(name));
    }

    private synchronized PasswordHash nobody() {
        PasswordHash hash = nobody;
        if (hash == null) {
            hash = PasswordHash.of(Secrets.word(PASSWORD_BYTES));
            nobody = hash;
        }
        return hash;
    }

    private void refresh() {
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            if (changed.equals(read)) {
                return;
            }
            users = parse(Files.readString(file));
            read = changed;
        } catch (IOException e) {
            LOG.warn("admin: users file {}: {}; nobody can log in", file, e.toString());
            users = Map.of();
            read = null;
        }
    }

    private Map<String, User> parse(String text) {
        Map<String, User> parsed = new LinkedHashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                String[] parts = line.strip().split(":", 3);
                if (parts.length < 3 || parts[0].isEmpty()) {
                    throw new IllegalArgumentException("want name:role:pbkdf2-sha256:iterations:salt:hash");
                }
                parsed.put(parts[0], new User(parts[0], Role.valueOf(parts[1].toUpperCase(Locale.ROOT)),
                        PasswordHash.parse(parts[2])));
            } catch (IllegalArgumentException e) {
                LOG.warn("admin: users file {}:{}: line left out: {}", file, number, e.getMessage());
            }
        }
        return parsed;
    }
}
