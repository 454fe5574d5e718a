package io.sluice.control.api;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.sluice.ringbuffers.ip.Ip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a running daemon can be told: a record for each verb, which holds all that is known of it apart from what it
 * does: its name on the control socket, who may ({@link Verb#role}), what the audit says of it and who else must hear
 * it. The control socket, the admin API and the command line make these records; {@link Control#tell} carries them out.
 * Immutable.
 *
 * <p>A new verb is a record here, a case where it is carried out ({@code Administration} for servers and connections)
 * and a subcommand; with {@link Verb#http} the admin API takes and describes it.
 */
public sealed interface Command extends Request {
    /** In place of a server's name: every server of the service. */
    String EVERY_SERVER = "*";

    /** What it is about: {@code SERVICE}, {@code SERVICE/SERVER}, or empty for the daemon. */
    String subject();

    /** What the audit says was done. */
    String words();

    /** What processes that drain after an upgrade hear of it; null: nothing, it concerns this process alone. */
    default @Nullable Command forDraining() {
        return null;
    }

    /** Why it cannot be meant, without looking at what is in force; null: it may be. */
    default @Nullable String unfit() {
        return null;
    }

    /** Why somebody who is not asked back must say more exactly what he means; null: it is clear. */
    default @Nullable String vague() {
        return null;
    }

    /** About real servers and their connections. */
    sealed interface OfServers extends Command {
    }

    /**
     * Drains, halts or puts back online.
     *
     * @param server a server's name, or {@link #EVERY_SERVER}
     */
    @Verb
    @JsonTypeName("administer")
    record Administer(String service, String server, AdminState state) implements OfServers {
        public Administer {
            Request.require(service, "service");
            Request.require(server, "server");
            Request.require(state, "state");
        }

        @Override
        public String subject() {
            return about(service, server);
        }

        @Override
        public String words() {
            return everyServer(server) + state.word();
        }

        @Override
        public Command forDraining() {
            return this;
        }
    }

    /**
     * Overrides a server's weight, also across reload and restart.
     *
     * @param server a server's name, or {@link #EVERY_SERVER}
     * @param weight null: back to the configured one
     */
    @Verb
    @JsonTypeName("weight")
    record Weight(String service, String server, @Verb.Range(least = 0, most = MOST_WEIGHT) @Nullable Integer weight)
            implements
                OfServers {
        public Weight {
            Request.require(service, "service");
            Request.require(server, "server");
        }

        @Override
        public String subject() {
            return about(service, server);
        }

        @Override
        public String words() {
            return everyServer(server) + weigh(weight);
        }

        @Override
        public @Nullable String unfit() {
            return unfitWeight(weight);
        }
    }

    /**
     * Both in one step, of one server, unless somebody else was faster: {@link Outcome.Stale}.
     *
     * @param admin null: as it is
     * @param weighs whether its weight changes
     * @param weight null: back to the configured one
     * @param seen versions ({@link Status.ServerStatus#version}) that the server may have; empty: any
     */
    @Verb
    @JsonTypeName("change")
    record Change(String service, String server, @Nullable AdminState admin, boolean weighs,
            @Verb.Range(least = 0, most = MOST_WEIGHT) @Nullable Integer weight, List<String> seen)
            implements
                OfServers {
        public Change {
            Request.require(service, "service");
            Request.require(server, "server");
            Request.require(seen, "seen");
            seen = List.copyOf(seen);
        }

        @Override
        public String subject() {
            return about(service, server);
        }

        @Override
        public String words() {
            List<String> words = new ArrayList<>();
            if (admin != null) {
                words.add(admin.word());
            }
            if (weighs) {
                words.add(weigh(weight));
            }
            return String.join(", ", words);
        }

        @Override
        public @Nullable Command forDraining() {
            return admin == null ? null : new Administer(service, server, admin);
        }

        @Override
        public @Nullable String unfit() {
            return unfitWeight(weight);
        }
    }

    /**
     * Ends the matching connections and sessions; a part that is null or 0 means all.
     *
     * @param client its address
     * @param connection as the flow table shows it
     */
    @Verb(http = "POST /api/v1/connections/kick", body = {"service", "server",
        "client"}, summary = "End the connections of a service, a server or a client")
    @JsonTypeName("kick")
    record Kick(@Nullable String service, @Nullable String server, @Nullable String client, long connection)
            implements
                OfServers {
        /** Null: every client. */
        public @Nullable Ip address() {
            return client == null ? null : Ip.find(client).orElse(null);
        }

        @Override
        public String subject() {
            return service == null ? "" : service;
        }

        @Override
        public String words() {
            if (connection != 0) {
                return "end connection " + connection;
            }
            ObjectNode parts = JsonNodeFactory.instance.objectNode();
            put(parts, "service", service);
            put(parts, "server", server);
            put(parts, "client", client);
            return "kick " + parts;
        }

        private static void put(ObjectNode parts, String name, @Nullable String value) {
            if (value != null) {
                parts.put(name, value);
            }
        }

        @Override
        public Command forDraining() {
            return this;
        }

        @Override
        public @Nullable String vague() {
            return service == null && client == null && connection == 0
                    ? "want a service or a client: this would end every connection there is"
                    : null;
        }

        @Override
        public @Nullable String unfit() {
            return client != null && !Ip.isAddress(client)
                    ? "'" + client + "' is not an IP address; write it like 192.0.2.7 or 2001:db8::7"
                    : null;
        }
    }

    /**
     * Reads the configuration file again and applies it. {@link Outcome.Done} lists what changed and what needs a
     * restart; after any other outcome nothing has changed.
     */
    @Verb(http = "POST /api/v1/configuration/reload", summary = "Read the file again and apply it", readsConfiguration = true)
    @JsonTypeName("reload")
    record Reload() implements Command {
        @Override
        public String subject() {
            return "";
        }

        @Override
        public String words() {
            return "reload";
        }
    }

    /**
     * Starts the next process and gives way to it; after any other outcome than {@link Outcome.Done} this one goes on.
     *
     * @param program the launcher to start; null: the one that started the daemon
     * @param timeoutMs how long the next process may take to get prepared
     */
    @Verb
    @JsonTypeName("upgrade")
    record Upgrade(@Nullable String program, long timeoutMs) implements Command {
        public Upgrade {
            if (timeoutMs <= 0) {
                throw new IllegalArgumentException("'timeout-ms' must be above 0");
            }
        }

        public Duration patience() {
            return Duration.ofMillis(timeoutMs);
        }

        @Override
        public String subject() {
            return "";
        }

        @Override
        public String words() {
            return "upgrade";
        }
    }

    /**
     * Stops the daemon; the answer comes at once.
     *
     * @param drain wait for connections to end, up to {@code timeouts.drain}; else close them now
     */
    @Verb
    @JsonTypeName("stop")
    record Stop(boolean drain) implements Command {
        @Override
        public String subject() {
            return "";
        }

        @Override
        public String words() {
            return drain ? "stop" : "stop at once";
        }
    }

    // ---- what they have in common ----

    /** Heaviest weight of a server. */
    int MOST_WEIGHT = 65_535;

    private static String about(String service, String server) {
        return server.equals(EVERY_SERVER) ? service : service + "/" + server;
    }

    private static String everyServer(String server) {
        return server.equals(EVERY_SERVER) ? "every server: " : "";
    }

    private static String weigh(@Nullable Integer weight) {
        return "weight " + (weight == null ? "as configured" : weight);
    }

    private static @Nullable String unfitWeight(@Nullable Integer weight) {
        return weight != null && (weight < 0 || weight > MOST_WEIGHT)
                ? "weight " + weight + " is outside 0.." + MOST_WEIGHT
                : null;
    }
}
