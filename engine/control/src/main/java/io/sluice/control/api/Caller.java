package io.sluice.control.api;

/** Who tells a daemon something, and so where it is written down. Immutable. */
public sealed interface Caller {
    /** The daemon itself, by a signal, or as a part of something that is written down as a whole. */
    Caller DAEMON = new Daemon();

    /** See {@link #DAEMON}. */
    record Daemon() implements Caller {
    }

    /**
     * A process of this machine, over the control socket: a line in the log.
     *
     * @param user of the process
     */
    record LocalUser(String user) implements Caller {
    }

    /**
     * A user of the admin API: an event, and with it a line in the log.
     *
     * @param address of the client
     */
    record RemoteUser(String user, String address) implements Caller {
        /** Who did what, for the events. */
        public String did(String what) {
            return user + " from " + address + ": " + what;
        }
    }
}
