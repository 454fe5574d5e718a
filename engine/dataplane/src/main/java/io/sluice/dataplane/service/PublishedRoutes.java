package io.sluice.dataplane.service;

/** The one place where the newest {@link Routes} stand: written by the conductor, read by every worker. */
public final class PublishedRoutes {
    private volatile Routes newest = Routes.EMPTY;

    public Routes newest() {
        return newest;
    }

    /** Publishes; the conductor only. It wakes the workers up afterwards. */
    public void publish(Routes routes) {
        if (routes.version() <= newest.version()) {
            throw new IllegalArgumentException("version " + routes.version() + " after " + newest.version());
        }
        newest = routes;
    }
}
