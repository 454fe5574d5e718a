package io.sluice.engine.admin.http;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Logging in and out with a browser. Any thread. */
final class SessionResources {
    private static final String PATH = "/api/v1/session";
    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";

    private final Guard guard;

    SessionResources(Guard guard) {
        this.guard = guard;
    }

    void addTo(Router router) {
        router.add("POST", PATH, null, this::login);
        router.add("GET", PATH, Role.VIEWER, call -> call.answer(200, view(call.identity())));
        router.add("DELETE", PATH, Role.VIEWER, this::logout);
    }

    private void login(Call call) throws IOException {
        JsonNode body = call.json("user", "password");
        String user = body.path("user").asString("");
        Sessions.Session session = guard.login(user, body.path("password").asString(""), call.remote());
        setCookie(call, session.id(), "");
        call.answer(201, Map.of("user", session.user(), "csrf-token", session.csrfToken()));
    }

    private void logout(Call call) throws IOException {
        Sessions.Session session = call.identity().session();
        if (session != null) {
            guard.logout(session);
            setCookie(call, "", "; Max-Age=0");
        }
        call.nothing();
    }

    private static void setCookie(Call call, String value, String more) {
        call.exchange().getResponseHeaders().add("Set-Cookie", Guard.COOKIE + "=" + value + ATTRIBUTES + more);
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
