package io.sluice.control.api;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.sluice.ringbuffers.ip.Ip;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a running daemon can be asked; an answer changes nothing. Immutable.
 *
 * @param <T> its answer
 */
public sealed interface Question<T> extends Request {
    /** What is in force now. Counters are not in it: they stand in the counters file. */
    @JsonTypeName("status")
    record InForce() implements Question<Status> {
    }

    /**
     * What {@link Command.Reload} would change: {@link Outcome.Planned}.
     *
     * @param file absolute; null: the daemon's own
     */
    @JsonTypeName("plan")
    record Planned(@Nullable String file) implements Question<Outcome> {
        public @Nullable Path path() {
            return file == null ? null : Path.of(file);
        }
    }

    /**
     * Which server this client would get or has, and why. A service that there is none of is an
     * {@link Control.UnknownName}.
     *
     * @param port the client's port, 0 when not known: nothing depends on it unless it has a connection
     */
    @JsonTypeName("explain")
    record Explained(String client, int port, String service) implements Question<Explanation> {
        public Explained {
            Request.require(client, "client");
            Request.require(service, "service");
        }

        /** @throws Control.UnknownName when it is none */
        public Ip address() {
            return Ip.find(client).orElseThrow(() -> new Control.UnknownName(
                    "'" + client + "' is not an IP address; write it like 192.0.2.7 or 2001:db8::7"));
        }
    }

    /**
     * The last events, oldest first.
     *
     * @param after only those with a greater {@link Event#sequence}; 0: all that are kept
     */
    @JsonTypeName("events")
    record Happened(long after) implements Question<List<Event>> {
    }
}
