package io.sluice.engine.conductor;

/** A real server by name; {@code SERVICE/SERVER} in text. */
record ServerKey(String service, String server) {
    /** Name of a service's fallback server. */
    static final String FALLBACK = "(fallback)";

    @Override
    public String toString() {
        return service + "/" + server;
    }
}
