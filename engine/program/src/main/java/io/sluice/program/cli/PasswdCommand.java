package io.sluice.program.cli;

import io.sluice.control.api.Role;
import io.sluice.program.admin.http.UsersFile;
import io.sluice.program.build.ExitCode;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice passwd}: edits the users file of the admin API; a daemon that runs reads it again by itself. */
@picocli.CommandLine.Command(name = "passwd", description = "Adds a user of the web UI and the admin API, sets a password or a role, or removes a user. Asks for the password, or reads one line where there is no terminal. A changed password ends that user's sessions.", footerHeading = "%nExamples:%n", footer = {
    "  sluice passwd admin                          a new password", "  sluice passwd ann --role viewer              "
            + "a user who looks and does not touch",
    "  sluice passwd ann --generate                 makes and prints the password", "  sluice passwd ann --delete",
    "  sluice passwd --list"})
final class PasswdCommand extends Subcommand {
    @Parameters(index = "0", arity = "0..1", paramLabel = "USER", description = "Whom.")
    private @Nullable String user;

    @Option(names = "--role", paramLabel = "ROLE", description = "viewer (looks) or operator (also changes; a new user's role unless you say so). Without --password a user who is there keeps the password.")
    private @Nullable String role;

    @Option(names = "--password", description = "With --role: also ask for a new password.")
    private boolean alsoPassword;

    @Option(names = "--generate", description = "Make a password and print it.")
    private boolean generate;

    @Option(names = "--delete", description = "Remove the user.")
    private boolean delete;

    @Option(names = "--list", description = "Who there is.")
    private boolean list;

    @Option(names = "--users-file", paramLabel = "FILE", description = "The users file; -c is not read then (default: as the configuration file says, else 'users' in the state directory).")
    private @Nullable Path usersFile;

    @Mixin
    private final StateDirectoryOption place = new StateDirectoryOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws IOException {
        Path path = usersFile == null ? place.usersFile() : usersFile;
        UsersFile users = new UsersFile(path);
        try {
            if (list) {
                print(users.roles());
            } else if (user == null) {
                throw Failure.usage("whose password? give a user, or --list");
            } else if (delete) {
                remove(users, user, path);
            } else {
                put(users, user, path);
            }
            return ExitCode.OK;
        } catch (AccessDeniedException denied) {
            throw Failure.refused("may not write " + path + ": run it as root or as the user of the daemon");
        } catch (NoSuchFileException none) {
            throw Failure
                    .refused("there is no directory for " + path + ": start the daemon once, or give --users-file");
        } catch (IllegalArgumentException unfit) {
            throw Failure.usage(String.valueOf(unfit.getMessage()));
        }
    }

    private void print(Map<String, Role> roles) {
        if (output.json()) {
            out().println(Json.text(roles.entrySet().stream()
                    .map(one -> Map.of("name", one.getKey(), "role", one.getValue())).toList()));
            return;
        }
        Table table = new Table("USER", "ROLE");
        roles.forEach((name, word) -> table.row(name, word.word()));
        print(table, "no users; the daemon makes 'admin' at its first start");
    }

    private void remove(UsersFile users, String name, Path path) throws IOException {
        if (!users.remove(name)) {
            throw Failure.refused("no user '" + name + "' in " + path);
        }
        done(name, "removed from " + path, null);
    }

    private void put(UsersFile users, String name, Path path) throws IOException {
        Role wanted = role == null
                ? null
                : Role.named(role).orElseThrow(
                        () -> Failure.usage("'" + role + "' is no role: viewer or operator"));
        boolean keeps = wanted != null && !alsoPassword && !generate && users.roles().containsKey(name);
        String password = keeps ? null : generate ? UsersFile.generatedPassword() : asked(name);
        boolean fresh = users.put(name, wanted, password);
        Role now = users.roles().getOrDefault(name, Role.OPERATOR);
        done(name, (fresh ? "added to " : "changed in ") + path + ", " + now.word(), generate ? password : null);
    }

    private void done(String name, String what, @Nullable String password) {
        if (output.json()) {
            Map<String, String> answer = new LinkedHashMap<>(Map.of("user", name, "message", what));
            if (password != null) {
                answer.put("password", password);
            }
            out().println(Json.text(answer));
            return;
        }
        out().println(name + ": " + what);
        if (password != null) {
            out().println("password: " + password);
        }
    }

    private static String asked(String name) throws IOException {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            // not closed: it is the program's standard input
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            if (line == null) {
                throw Failure.usage("no password: there is no terminal to ask, and nothing on standard input");
            }
            return line;
        }
        char[] first = console.readPassword("New password of %s: ", name);
        char[] second = console.readPassword("Again: ");
        if (first == null || second == null || !Arrays.equals(first, second)) {
            throw Failure.usage("the two differ; nothing was changed");
        }
        return new String(first);
    }
}
