package io.sluice.scheduler;

import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * One case of {@code decisions.txt}, which tells how cases are written: a service, a client, and what is to be decided.
 *
 * @param name what it shows
 * @param overflow whether worse servers serve while better ones are full
 * @param servers in their order, the fallback last where there is one
 * @param entry name of the server in the client's affinity entry; empty: it has none
 * @param expired whether the entry has expired
 * @param tried names of the servers that were tried for the client
 * @param othersWait whether others wait for a place
 * @param gets name of the server, or {@code nobody}
 * @param reasons as {@link Reason#word} spells them
 */
public record DecisionCase(String name, SchedulerKind scheduler, boolean affinity, boolean overflow,
        List<Server> servers, Ip client, String entry, boolean expired, Set<String> tried, boolean othersWait,
        String gets, Set<String> reasons) {
    /**
     * A real server.
     *
     * @param state bits of {@link ServerState}
     * @param weight in force, slow-start aside
     * @param elapsedNs since it came up
     * @param rampNs length of its slow-start; 0: none
     */
    public record Server(String name, int state, int weight, long elapsedNs, long rampNs, int connections,
            int maxConnections, int minConnections, boolean wasFull) {
    }

    /** Every case of the table, in its order. */
    public static List<DecisionCase> all() {
        try (InputStream table = DecisionCase.class.getResourceAsStream("decisions.txt")) {
            String text = new String(Objects.requireNonNull(table).readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.replaceAll("(?m)^#.*\n", "").split("\n\\s*\n", -1)).map(String::strip)
                    .filter(paragraph -> !paragraph.isEmpty()).map(paragraph -> new Reader().read(paragraph)).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** Reads one paragraph. */
    private static final class Reader {
        private String name = "";
        private SchedulerKind scheduler = SchedulerKind.WEIGHTED_LEAST_CONNECTIONS;
        private boolean affinity = true;
        private boolean overflow;
        private final List<Server> servers = new ArrayList<>();
        private List<String> client = List.of();
        private List<String> gets = List.of();

        DecisionCase read(String paragraph) {
            paragraph.lines().forEach(this::line);
            if (client.isEmpty() || gets.isEmpty()) {
                throw new IllegalArgumentException("a case needs a client and what it gets: " + paragraph);
            }
            String tried = valueOf(client, "tried", "");
            return new DecisionCase(name, scheduler, affinity, overflow, List.copyOf(servers),
                    address(client.getFirst()),
                    valueOf(client, "entry", ""), client.contains("expired"),
                    tried.isEmpty() ? Set.of() : Set.of(tried.split(",", -1)), client.contains("others-wait"),
                    gets.getFirst(),
                    new LinkedHashSet<>(gets.subList(1, gets.size())));
        }

        private void line(String line) {
            List<String> words = List.of(line.strip().split("\\s+", -1));
            List<String> rest = words.subList(1, words.size());
            switch (words.getFirst()) {
                case "case" -> name = line.substring("case".length()).strip();
                case "scheduler" -> scheduler = Objects.requireNonNull(SchedulerKind.named(rest.getFirst()), line);
                case "affinity" -> affinity = switch (rest.getFirst()) {
                    case "none" -> false;
                    case "source-ip" -> true;
                    default -> throw new IllegalArgumentException(line);
                };
                case "when-full" -> overflow = rest.getFirst().equals("backup");
                case "server" -> servers.add(server(rest, 0));
                case "fallback" -> servers.add(server(rest, ServerState.FALLBACK));
                case "client" -> client = rest;
                case "gets" -> gets = rest;
                default -> throw new IllegalArgumentException("not a line of a case: " + line);
            }
        }

        private static Server server(List<String> words, int bits) {
            int state = bits;
            boolean wasFull = false;
            int weight = Integer.parseInt(valueOf(words, "weight", "100"));
            for (String word : words.subList(1, words.size())) {
                switch (word.replaceAll("=.*", "")) {
                    case "halted" -> state |= ServerState.HALTED;
                    case "down" -> state |= ServerState.DOWN;
                    case "drained" -> state |= ServerState.DRAINED;
                    case "unchecked" -> state |= ServerState.UNCHECKED;
                    case "backup" -> state |= ServerState.BACKUP;
                    case "was-full" -> wasFull = true;
                    case "weight", "ramp", "connections", "max", "min" -> {
                        // read by name
                    }
                    default -> throw new IllegalArgumentException("not a word about a server: " + word);
                }
            }
            String[] ramp = valueOf(words, "ramp", "0s/0s").split("/", -1);
            return new Server(words.getFirst(), weight == 0 ? state | ServerState.WEIGHTLESS : state, weight,
                    nanos(ramp[0]), nanos(ramp[1]), Integer.parseInt(valueOf(words, "connections", "0")),
                    Integer.parseInt(valueOf(words, "max", "0")), Integer.parseInt(valueOf(words, "min", "0")),
                    wasFull);
        }

        private static String valueOf(List<String> words, String key, String otherwise) {
            return words.stream().filter(word -> word.startsWith(key + "="))
                    .map(word -> word.substring(key.length() + 1)).findFirst().orElse(otherwise);
        }

        private static long nanos(String duration) {
            return Duration.parse("PT" + duration.toUpperCase(Locale.ROOT)).toNanos();
        }

        private static Ip address(String literal) {
            return Ip.parse(literal);
        }
    }
}
