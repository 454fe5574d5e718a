package io.sluice.program.http;

import java.io.IOException;

/** Answers requests, on a virtual thread of each connection. */
@FunctionalInterface
public interface HttpHandler {
    /** @throws IOException of the client's making; it is not told in the log */
    void serve(HttpExchange exchange) throws IOException;
}
