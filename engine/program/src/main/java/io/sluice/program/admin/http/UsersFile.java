package io.sluice.program.admin.http;

import io.sluice.control.api.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The users file as text: a line {@code name:role:pbkdf2-sha256:iterations:salt:hash} per user; remarks and lines that
 * are not understood stay where they are. Any thread; of two processes that write at once one may lose.
 */
public final class UsersFile {
    /** The fewest characters of a new password. */
    public static final int LEAST_CHARACTERS = 12;
    private static final String LINE = "name:role:pbkdf2-sha256:iterations:salt:hash";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._@-]{0,62}");
    private static final int GENERATED_BYTES = 15;
    private static final Object WRITING = new Object();

    private final Path file;

    /** Someone who may log in. */
    record User(String name, Role role, PasswordHash password) {
    }

    /** What a file says, and what is wrong with it. */
    record Content(Map<String, User> users, List<String> problems) {
    }

    public UsersFile(Path file) {
        this.file = file;
    }

    /** Where it is unless the configuration says otherwise. */
    public static Path standard(Path stateDirectory) {
        return stateDirectory.resolve("users");
    }

    /** A password that nobody has had before. */
    public static String generatedPassword() {
        return Secrets.word(GENERATED_BYTES);
    }

    /** Who may log in, in the order of the file; nobody where there is no file. */
    public Map<String, Role> roles() throws IOException {
        Map<String, Role> roles = new LinkedHashMap<>();
        parse(text()).users().values().forEach(user -> roles.put(user.name(), user.role()));
        return roles;
    }

    /**
     * Adds a user or changes one.
     *
     * @param role null: as it is, operator for a new one
     * @param password null: as it is
     * @return whether the user is new
     * @throws IllegalArgumentException that says what is wrong with the name or the password
     */
    public boolean put(String name, @Nullable Role role, @Nullable String password) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' cannot be a user's name: want 1 to 63 letters, digits,"
                    + " '.', '_', '@' and '-'");
        }
        if (password != null && password.codePointCount(0, password.length()) < LEAST_CHARACTERS) {
            throw new IllegalArgumentException("the password is too short: want at least " + LEAST_CHARACTERS
                    + " characters");
        }
        PasswordHash hash = password == null ? null : PasswordHash.of(password);
        return change(name, known -> {
            if (known == null && hash == null) {
                throw new IllegalArgumentException("'" + name + "' is new and needs a password");
            }
            Role newRole = role != null ? role : known == null ? Role.OPERATOR : known.role();
            PasswordHash newHash = hash != null ? hash : Objects.requireNonNull(known).password();
            return name + ":" + newRole.word() + ":" + newHash + "\n";
        }) == null;
    }

    /** @return whether there was one of that name */
    public boolean remove(String name) throws IOException {
        return change(name, _ -> "") != null;
    }

    /**
     * Puts another line in the place of a user's.
     *
     * @param line makes it of the user there was, or null
     * @return the user there was, or null
     */
    private @Nullable User change(String name, Function<@Nullable User, String> line) throws IOException {
        synchronized (WRITING) {
            String before = text();
            User known = parse(before).users().get(name);
            String fresh = line.apply(known);
            StringBuilder after = new StringBuilder(
                    before.isEmpty() ? "# " + LINE + ", roles viewer and operator\n" : "");
            for (String each : before.lines().toList()) {
                boolean theirs = each.strip().startsWith(name + ":");
                after.append(theirs ? fresh : each + "\n");
                fresh = theirs ? "" : fresh;
            }
            Secrets.write(file, after.append(fresh).toString().getBytes(StandardCharsets.UTF_8));
            return known;
        }
    }

    private String text() throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException none) {
            return "";
        }
    }

    // ---- reading ----

    static Content parse(String text) {
        Map<String, User> users = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                User user = user(line.strip());
                users.put(user.name(), user);
            } catch (IllegalArgumentException e) {
                problems.add(number + ": line left out: " + e.getMessage());
            }
        }
        return new Content(users, problems);
    }

    private static User user(String line) {
        String[] parts = line.split(":", 3);
        if (parts.length < 3 || parts[0].isEmpty()) {
            throw new IllegalArgumentException("want " + LINE);
        }
        Role role = Role.named(parts[1]).orElseThrow(() -> new IllegalArgumentException(
                "'" + parts[1].toLowerCase(Locale.ROOT) + "' is no role; want viewer or operator"));
        return new User(parts[0], role, PasswordHash.parse(parts[2]));
    }
}
