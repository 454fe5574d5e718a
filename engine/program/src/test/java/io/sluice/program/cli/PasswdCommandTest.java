package io.sluice.program.cli;

import static io.sluice.program.cli.Ran.sluice;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.program.build.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code passwd} as a user runs it; that such a user can log in is for {@code AdminUsersTest}. */
class PasswdCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    void adds_a_user_to_the_file_that_the_configuration_names_and_keeps_the_rest() throws Exception {
        Path users = directory.resolve("users");
        Files.writeString(users, "# ours\n\nbroken line\n");
        Path file = Files.writeString(directory.resolve("sluice.yaml"),
                "admin: { users-file: users }\nservices: {}\n");
        Ran ran = typing("correct horse\n", "passwd", "ann", "--role", "viewer", "-c", file.toString());
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.OK);
        assertThat(Files.readAllLines(users)).hasSize(4).startsWith("# ours", "", "broken line")
                .last().asString().startsWith("ann:viewer:pbkdf2-sha256:600000:");
    }

    @Test
    void a_new_file_is_for_its_owner_only_and_the_state_directory_is_the_standard_place() throws Exception {
        Ran ran = sluice("passwd", "ann", "--generate", "--state-directory", directory.toString());
        assertThat(ran.out()).contains("ann: added to " + directory.resolve("users") + ", operator", "password: ");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("users"))))
                .isEqualTo("rw-------");
    }

    @Test
    void a_role_changes_without_the_password_and_the_mode_of_the_file_stays() throws Exception {
        sluice("passwd", "ann", "--generate", "--state-directory", directory.toString());
        Path users = directory.resolve("users");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-r-----"));
        String before = Files.readString(users);
        assertThat(sluice("passwd", "ann", "--role", "viewer", "--users-file", users.toString()).out())
                .contains("changed in", "viewer");
        assertThat(Files.readString(users)).isEqualTo(before.replace("ann:operator:", "ann:viewer:"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(users))).isEqualTo("rw-r-----");
    }

    @Test
    void lists_and_removes() throws Exception {
        String users = directory.resolve("users").toString();
        sluice("passwd", "ann", "--generate", "--users-file", users);
        sluice("passwd", "anna", "--generate", "--role", "viewer", "--users-file", users);
        assertThat(sluice("passwd", "ann", "--delete", "--users-file", users).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(sluice("passwd", "--list", "--users-file", users, "-o", "json").out())
                .contains("anna", "viewer").doesNotContain("\"ann\"");
        assertThat(sluice("passwd", "ann", "--delete", "--users-file", users).exitCode())
                .isEqualTo(ExitCode.REFUSED);
    }

    @Test
    void what_cannot_be_is_said() throws Exception {
        String users = directory.resolve("users").toString();
        assertThat(sluice("passwd", "--users-file", users).err()).contains("whose password?");
        assertThat(sluice("passwd", "a:b", "--generate", "--users-file", users).err()).contains("'a:b'");
        assertThat(typing("short\n", "passwd", "ann", "--users-file", users).err()).contains("at least 12");
        assertThat(typing("", "passwd", "ann", "--users-file", users).err()).contains("standard input");
        assertThat(sluice("passwd", "ann", "--role", "root", "--users-file", users).err()).contains("no role");
        assertThat(sluice("passwd", "ann", "--generate", "--users-file", "/nowhere/users").exitCode())
                .isEqualTo(ExitCode.REFUSED);
        assertThat(Path.of(users)).doesNotExist();
    }

    private static Ran typing(String text, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        try {
            return sluice(arguments);
        } finally {
            System.setIn(before);
        }
    }
}
