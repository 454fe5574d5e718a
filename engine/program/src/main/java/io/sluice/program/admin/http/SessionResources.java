package io.sluice.program.admin.http;

import io.sluice.control.api.Role;
import io.sluice.control.config.file.FileReason;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import tools.jackson.databind.JsonNode;

/** Logging in and out with a browser, and who may. Any thread. */
final class SessionResources {
    private static final String PATH = "/api/v1/session";
    private static final String USERS = "/api/v1/users";
    private static final String USER = USERS + "/{user}";

    private final Authenticator guard;
    private final UsersFile file;
    private final Audit audit;

    SessionResources(Authenticator guard, UsersFile file, Audit audit) {
        this.guard = guard;
        this.file = file;
        this.audit = audit;
    }

    void addTo(Router router) {
        router.add("POST", PATH, null, Operation.of("Log in").takes("Login").answers(201, "Done", "Session")
                .refuses(400, 401, 413, 429, 503), this::login);
        router.add("GET", PATH, Role.VIEWER, Operation.of("Who is logged in, and the CSRF token").answers("Session"),
                call -> call.answer(200, view(call.identity())));
        router.add("DELETE", PATH, Role.VIEWER, Operation.of("Log out").answersNothing("Done, nothing to say"),
                this::logout);
        router.add("POST", PATH + "/password", Role.VIEWER, Operation.of("Change one's own password")
                .takes("NewPassword").answersNothing("Done").refuses(400, 403, 409), this::changeOwnPassword);
        router.add("GET", USERS, Role.OPERATOR, Operation.of("Users of the users file").answersList("User"),
                call -> call.answer(200, users()));
        router.add("PUT", USER, Role.OPERATOR, Operation.of("Add a user, or change the password or role of one")
                .takes("UserChange").answers("User").answers(201, "Added", "User").refuses(400, 409), this::put);
        router.add("DELETE", USER, Role.OPERATOR,
                Operation.of("Remove a user").answersNothing("Done").refuses(404, 409), this::remove);
    }

    private void login(ApiRequest call) throws IOException {
        JsonNode body = call.json("user", "password");
        String user = body.path("user").asString("");
        Sessions.Session session = guard.login(call.exchange(), user, body.path("password").asString(""));
        call.answer(201, Map.of("user", session.account().name(), "csrf-token", session.csrfToken()));
    }

    private void logout(ApiRequest call) throws IOException {
        Sessions.Session session = call.identity().session();
        if (session != null) {
            guard.logout(call.exchange(), session);
        }
        call.nothing();
    }

    private void changeOwnPassword(ApiRequest call) throws IOException {
        JsonNode body = call.json("password", "new-password");
        if (!file.roles().containsKey(call.identity().user())) {
            throw new ApiError(409, "the directory keeps the password of '" + call.identity().user() + "'");
        }
        guard.prove(call.exchange(), call.identity(), body.path("password").asString(""));
        change(() -> file.put(call.identity().user(), null, body.path("new-password").asString("")));
        audit.note(call, "new password of one's own; sessions of that user end");
        call.nothing();
    }

    // ---- users ----

    private List<Map<String, String>> users() throws IOException {
        return file.roles().entrySet().stream()
                .map(user -> Map.of("name", user.getKey(), "role", user.getValue().word())).toList();
    }

    private void put(ApiRequest call) throws IOException {
        String name = call.part("user");
        JsonNode body = call.json("role", "password");
        String word = body.path("role").asString("");
        Role role = word.isEmpty()
                ? null
                : Role.named(word).orElseThrow(
                        () -> new ApiError(400, "role is '" + word + "', want viewer or operator"));
        if (name.equals(call.identity().user()) && role == Role.VIEWER) {
            throw new ApiError(409, "nobody can take the role of operator from himself; another operator can");
        }
        String password = body.path("password").asString("");
        boolean fresh = change(() -> file.put(name, role, password.isEmpty() ? null : password));
        audit.note(call, "user '" + name + "': " + (fresh ? "added" : "changed") + (role == null
                ? ""
                : ", " + role.word()) + (password.isEmpty() ? "" : ", new password"));
        call.answer(fresh ? 201 : 200, Map.of("name", name, "role", file.roles().getOrDefault(name, Role.OPERATOR)));
    }

    private void remove(ApiRequest call) throws IOException {
        String name = call.part("user");
        if (name.equals(call.identity().user())) {
            throw new ApiError(409, "nobody can remove himself; another operator can");
        }
        if (!file.roles().containsKey(name)) {
            throw new ApiError(404, "no user is called '" + name + "'");
        }
        change(() -> file.remove(name));
        audit.note(call, "user '" + name + "': removed");
        call.nothing();
    }

    private static boolean change(Callable<Boolean> edit) {
        try {
            return edit.call();
        } catch (IllegalArgumentException unfit) {
            throw new ApiError(400, String.valueOf(unfit.getMessage()));
        } catch (IOException e) {
            throw new ApiError(409, "this daemon cannot write its users file: " + FileReason.of(e)
                    + "; 'sluice passwd' as root can");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> view(Identity identity) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("user", identity.user());
        view.put("role", String.valueOf(identity.role() == null ? null : identity.role().word()));
        Sessions.Session session = identity.session();
        if (session != null) {
            view.put("csrf-token", session.csrfToken());
        }
        return view;
    }
}
