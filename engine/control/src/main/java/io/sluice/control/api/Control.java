package io.sluice.control.api;

import io.sluice.control.config.model.Configuration;
import io.sluice.ringbuffers.ip.Ip;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Everything a running daemon can be asked or told: what the control socket, the admin API and the signals use. Any
 * thread may call; a call waits until the conductor has done it. Names that nothing has are answered with
 * {@link Outcome.Refused} and the nearest known name.
 */
public interface Control {
    /** In place of a server's name: every server of the service. */
    String EVERY_SERVER = "*";

    /** What is in force now. Counters are not in it: they stand in the counters file. */
    Status status();

    /**
     * Reads the configuration file again and applies it. {@link Outcome.Done} lists what changed and what needs a
     * restart; after any other outcome nothing has changed.
     */
    Outcome reload();

    /**
     * What {@link #reload} would change, changing nothing: {@link Outcome.Planned}.
     *
     * @param file null: the daemon's own file
     */
    Outcome plan(@Nullable Path file);

    /** What putting this in force would change, changing nothing: {@link Outcome.Planned}. */
    Outcome plan(Configuration next);

    /**
     * Drains, halts or puts back online.
     *
     * @param server a server's name, or {@link #EVERY_SERVER}
     */
    Outcome administer(String service, String server, AdminState state);

    /**
     * Overrides a server's weight, also across reload and restart.
     *
     * @param server a server's name, or {@link #EVERY_SERVER}
     * @param weight 0..65535; null: back to the configured one
     */
    Outcome weight(String service, String server, @Nullable Integer weight);

    /**
     * The same two in one step, unless somebody else was faster.
     *
     * @param asSeen told how the server stands at this moment; false refuses the change
     */
    Outcome change(String service, String server, ServerChange change, Predicate<Status.ServerStatus> asSeen);

    /** Ends the matching connections and sessions. */
    Outcome kick(KickFilter filter);

    /**
     * Which server this client would get or has, and why.
     *
     * @param port the client's port, 0 when not known: nothing depends on it unless it has a connection
     * @throws UnknownName when no service has that name
     */
    Explanation explain(Ip client, int port, String service);

    /** The last events, oldest first, that are younger than the given {@link Event#sequence}; 0 for all that are kept. */
    List<Event> events(long afterSequence);

    /**
     * Notes in the events what somebody did through another door, for the audit.
     *
     * @param subject {@code SERVICE}, {@code SERVICE/SERVER}, or empty for the daemon
     */
    void note(Event.Kind kind, String subject, String text);

    /**
     * Stops the daemon; returns at once.
     *
     * @param drain wait for connections to end, up to {@code timeouts.drain}; else close them now
     */
    void stop(boolean drain);

    /**
     * What is to become of a server.
     *
     * @param admin null: as it is
     * @param weighs whether its weight changes
     * @param weight null: back to the configured one
     */
    record ServerChange(@Nullable AdminState admin, boolean weighs, @Nullable Integer weight) {
    }

    /**
     * Which connections to end; a part that is null or 0 means all.
     *
     * @param connectionId as the flow table shows it
     */
    record KickFilter(@Nullable String service, @Nullable String server, @Nullable Ip client,
            long connectionId) {
    }

    /** A name that nothing has; the message says which is nearest. */
    final class UnknownName extends RuntimeException {
        private static final long serialVersionUID = 1;

        public UnknownName(String message) {
            super(message, null, false, false);
        }

        /** The message alone. */
        public String text() {
            String message = getMessage();
            return message == null ? "" : message;
        }
    }
}
