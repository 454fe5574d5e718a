package io.sluice.program.admin.http;

import io.sluice.control.api.Role;
import io.sluice.control.config.file.FileReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who the users file lets in; it is read again when it has changed. Any thread. */
final class Users {
    private static final Logger LOG = LoggerFactory.getLogger(Users.class);
    private static final String FIRST = "admin";

    private final Path file;
    private @Nullable Version read;
    /** Why the file could not be read, as it was told; empty: it could. */
    private String trouble = "";
    private Map<String, UsersFile.User> users = Map.of();
    private @Nullable PasswordHash nobody;

    /** Tells one content from the next, even when both were written within one tick of the file system's clock. */
    private record Version(Object time, long size, @Nullable Object key) {
    }

    Users(Path file) {
        this.file = file;
    }

    /**
     * Makes the file with one operator where there is none; the password is logged this once. One that is there is
     * read, so that what is wrong with it is told now and not when somebody needs it.
     */
    synchronized void makeFirst() throws IOException {
        if (Files.exists(file)) {
            refresh();
            return;
        }
        String password = UsersFile.generatedPassword();
        new UsersFile(file).put(FIRST, Role.OPERATOR, password);
        LOG.warn("admin: first start: user '{}', password '{}' (said only this once; its hash is in {})", FIRST,
                password, file);
    }

    /** Who that is; a name that nobody has takes as long as a wrong password. */
    Optional<Account> check(String name, String password) {
        UsersFile.User user = named(name).orElse(null);
        PasswordHash hash = user == null ? nobody() : user.password();
        return hash.matches(password) && user != null ? Optional.of(account(user)) : Optional.empty();
    }

    /** As the file says now. */
    Optional<Account> user(String name) {
        return named(name).map(Users::account);
    }

    private static Account account(UsersFile.User user) {
        return new Account(user.name(), user.role(), user.password().toString());
    }

    private synchronized Optional<UsersFile.User> named(String name) {
        refresh();
        return Optional.ofNullable(users.get(name));
    }

    private synchronized PasswordHash nobody() {
        PasswordHash hash = nobody;
        if (hash == null) {
            hash = PasswordHash.of(UsersFile.generatedPassword());
            nobody = hash;
        }
        return hash;
    }

    private void refresh() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Version now = new Version(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            if (now.equals(read)) {
                return;
            }
            UsersFile.Content content = UsersFile.parse(Files.readString(file, StandardCharsets.UTF_8));
            content.problems().forEach(problem -> LOG.warn("admin: users file {}:{}", file, problem));
            users = content.users();
            read = now;
            trouble = "";
        } catch (IOException e) {
            String why = FileReason.of(e);
            if (!why.equals(trouble)) {
                LOG.warn("admin: users file {}: {}; nobody in it can log in", file, why);
            }
            trouble = why;
            users = Map.of();
            read = null;
        }
    }
}
