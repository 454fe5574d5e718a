package io.sluice.program.admin.http;

import io.sluice.control.api.Role;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which resource serves which address. Filled at the start, then any thread. */
final class Router {
    private final List<Route> routes = new ArrayList<>();

    /** Answers a call. */
    @FunctionalInterface
    interface Resource {
        void serve(ApiRequest call) throws IOException;
    }

    /**
     * @param role null: anybody
     * @param operation null: it is no part of the API
     */
    record Route(String method, String template, List<String> parts, @Nullable Role role,
            @Nullable Operation operation, Resource resource) {
    }

    /** @param parts the named parts of the address */
    record Match(Route route, Map<String, String> parts) {
    }

    /** @param template the address, with named parts as {@code {service}} */
    void add(String method, String template, @Nullable Role role, @Nullable Operation operation,
            Resource resource) {
        routes.add(new Route(method, template, List.of(template.split("/", -1)), role, operation, resource));
    }

    List<Route> routes() {
        return List.copyOf(routes);
    }

    /**
     * Finds what serves that.
     *
     * @throws ApiError when nothing does
     */
    Match find(String method, String rawPath) {
        List<String> parts = List.of(rawPath.split("/", -1));
        var allowed = new TreeSet<String>();
        for (Route route : routes) {
            Map<String, String> named = match(route.parts(), parts);
            if (named != null) {
                if (route.method().equals(method)) {
                    return new Match(route, named);
                }
                allowed.add(route.method());
            }
        }
        throw allowed.isEmpty()
                ? new ApiError(404, "nothing is at " + rawPath + "; /api/v1/openapi.json lists what there is")
                : new ApiError(405, method + " is not for " + rawPath + "; want " + String.join(" or ", allowed));
    }

    private static @Nullable Map<String, String> match(List<String> template, List<String> parts) {
        if (template.size() != parts.size()) {
            return null;
        }
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            String wanted = template.get(i);
            if (wanted.startsWith("{")) {
                // a path has no '+' for a space, unlike a form
                named.put(wanted.substring(1, wanted.length() - 1),
                        URLDecoder.decode(parts.get(i).replace("+", "%2B"), StandardCharsets.UTF_8));
            } else if (!wanted.equals(parts.get(i))) {
                return null;
            }
        }
        return named;
    }
}
