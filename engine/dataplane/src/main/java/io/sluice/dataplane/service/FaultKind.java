package io.sluice.dataplane.service;

/** Where in a worker a fault was caught; one counter each. The label is what users see. */
public enum FaultKind {
    /** While handling what a descriptor was ready for. */
    READY("ready"),
    /** In work that was put off to the end of a duty cycle or to the next tick. */
    DEFERRED("deferred"),
    /** In a timeout. */
    TIMER("timer"),
    /** In the tick: publishing of counters, queues. */
    TICK("tick"),
    /** While taking over new Routes. */
    ROUTES("routes"),
    /** While ending connections on command. */
    KICK("kick"),
    /** In any other command. */
    COMMAND("command"),
    /** In the event loop itself, which then is over. */
    LOOP("loop");

    private final String label;

    FaultKind(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
