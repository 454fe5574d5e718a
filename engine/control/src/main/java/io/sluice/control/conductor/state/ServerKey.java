package io.sluice.control.conductor.state;

/** A real server by name; {@code SERVICE/SERVER} in text. */
public record ServerKey(String service, String server) {
    /** Name of a service's fallback server. */
    public static final String FALLBACK = "(fallback)";

    public boolean isFallback() {
        return server.equals(FALLBACK);
    }

    @Override
    public String toString() {
        return service + "/" + server;
    }
}
