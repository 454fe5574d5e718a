package io.sluice.program.admin;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.sluice.control.api.AdminState;
import org.jspecify.annotations.Nullable;

/** One line that a client writes into the control socket: {@code {"command":"drain",...}}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "command")
public sealed interface Request {
    @JsonTypeName("status")
    record Status() implements Request {
    }

    @JsonTypeName("reload")
    record Reload() implements Request {
    }

    /** @param file absolute; null: the daemon's own */
    @JsonTypeName("plan")
    record Plan(@Nullable String file) implements Request {
    }

    /** @param server a name, or {@code *} */
    @JsonTypeName("administer")
    record Administer(String service, String server, AdminState state) implements Request {
        public Administer {
            require(service, "service");
            require(server, "server");
            require(state, "state");
        }
    }

    /** @param weight null: back to the configured one */
    @JsonTypeName("weight")
    record Weight(String service, String server, @Nullable Integer weight) implements Request {
        public Weight {
            require(service, "service");
            require(server, "server");
        }
    }

    /** A part that is null or 0 means all. */
    @JsonTypeName("kick")
    record Kick(@Nullable String service, @Nullable String server, @Nullable String client, long connection)
            implements
                Request {
    }

    /** @param port 0: not known */
    @JsonTypeName("explain")
    record Explain(String client, int port, String service) implements Request {
        public Explain {
            require(client, "client");
            require(service, "service");
        }
    }

    /** @param after only events with a greater sequence */
    @JsonTypeName("events")
    record Events(long after) implements Request {
    }

    /**
     * @param program the launcher to start; null: the one that started the daemon
     * @param timeoutMs how long the next process may take to get prepared
     */
    @JsonTypeName("upgrade")
    record Upgrade(@Nullable String program, long timeoutMs) implements Request {
        public Upgrade {
            if (timeoutMs <= 0) {
                throw new IllegalArgumentException("'timeout-ms' must be above 0");
            }
        }
    }

    /** @param drain whether to wait for connections to end */
    @JsonTypeName("stop")
    record Stop(boolean drain) implements Request {
    }

    /** JSON may leave out what Java cannot. */
    private static void require(@Nullable Object value, String field) {
        if (value == null) {
            throw new IllegalArgumentException("'" + field + "' is missing");
        }
    }
}
