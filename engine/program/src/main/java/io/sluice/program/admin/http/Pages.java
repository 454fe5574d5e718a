package io.sluice.program.admin.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** The web UI's files, a closed list read from this program. Any thread. */
final class Pages {
    private static final List<String> FILES = List.of("index.html", "style.css", "icon.svg", "app.js", "dom.js",
            "charts.js", "overview.js", "service.js", "views.js", "wizard.js", "file.js", "account.js");
    private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8", "css",
            "text/css; charset=utf-8", "js", "text/javascript; charset=utf-8", "svg", "image/svg+xml");

    private Pages() {
    }

    static void addTo(Router router) {
        router.add("GET", "/", null, null, call -> serve(call, "index.html"));
        FILES.forEach(name -> router.add("GET", "/" + name, null, null, call -> serve(call, name)));
    }

    private static void serve(ApiRequest call, String name) throws IOException {
        try (InputStream in = Pages.class.getResourceAsStream("/web/" + name)) {
            if (in == null) {
                throw new IllegalStateException("web/" + name + " is not in this build");
            }
            byte[] body = in.readAllBytes();
            call.answerHeader("Cache-Control", "no-cache");
            call.send(200, TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream"),
                    body);
        }
    }
}
