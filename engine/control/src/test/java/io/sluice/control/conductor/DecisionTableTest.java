package io.sluice.control.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.conntrack.AffinityTable;
import io.sluice.control.api.Explanation;
import io.sluice.control.api.Explanation.Because;
import io.sluice.control.conductor.state.CaseModel;
import io.sluice.control.conductor.state.ServerKey;
import io.sluice.control.conductor.state.ServiceModel;
import io.sluice.dataplane.service.Client;
import io.sluice.dataplane.service.ServiceEntry;
import io.sluice.dataplane.service.StableId;
import io.sluice.dataplane.service.Tenure;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.scheduler.DecisionCase;
import io.sluice.scheduler.ServerState;
import io.sluice.testbed.TemporaryDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scheduler's table of decisions, from the configuration on: workers do, and explain says, what stands there. */
class DecisionTableTest {
    private static final long TIMEOUT_MS = TimeUnit.MINUTES.toMillis(6);
    private static final TemporaryDirectory DIRECTORY = new TemporaryDirectory("decisions");
    private static final Map<String, String> SENTENCES = new TreeMap<>();
    private static @Nullable CountersFile counters;
    private static @Nullable AffinityTable affinity;
    private static int services;

    @BeforeAll
    static void open() throws IOException {
        counters = CountersFile.create(DIRECTORY.path().resolve("counters"), 2_048);
        affinity = AffinityTable.open(DIRECTORY.path().resolve("affinity"), 1_000);
        try (InputStream file = DecisionTableTest.class.getResourceAsStream("explanations.txt")) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            for (String paragraph : text.split("\n\n", -1)) {
                int end = paragraph.indexOf('\n');
                SENTENCES.put(paragraph.substring(0, end), paragraph.substring(end + 1).strip());
            }
        }
    }

    @AfterAll
    static void close() {
        Objects.requireNonNull(affinity).close();
        Objects.requireNonNull(counters).close();
        DIRECTORY.close();
    }

    static List<DecisionCase> cases() {
        return DecisionCase.all();
    }

    /** A client that explain is asked about has tried nobody. */
    static List<DecisionCase> casesOfNewClients() {
        return cases().stream().filter(one -> one.tried().isEmpty()).toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_worker_does_what_the_table_says(DecisionCase one) {
        Made made = make(one);
        VirtualService service = RoutesMaker.make(1, List.of(made.model), Tenure.ACTIVE, made.nowNs).services()
                .getFirst();
        int position = new ServiceEntry<>(0, Objects.requireNonNull(affinity), service, service.forwarding())
                .selection()
                .take(made.client);
        assertThat(position < 0 ? "nobody" : name(service.servers().get(position).name(), one)).isEqualTo(one.gets());
    }

    @ParameterizedTest
    @MethodSource("casesWithEntry")
    void an_entry_changes_only_where_its_server_is_no_server_to_come_back_to(DecisionCase one) {
        Made made = make(one);
        VirtualService service = RoutesMaker.make(1, List.of(made.model), Tenure.ACTIVE, made.nowNs).services()
                .getFirst();
        new ServiceEntry<>(0, Objects.requireNonNull(affinity), service, service.forwarding()).selection()
                .take(made.client);
        boolean stays = one.gets().equals("nobody") || one.reasons().contains("affinity")
                || one.reasons().contains("entry-full") || one.reasons().contains("fallback");
        var entry = Objects.requireNonNull(affinity).find(service.affinity().group(), made.client.clientHigh(),
                made.client.clientLow());
        assertThat(Objects.requireNonNull(entry).serverId()).isEqualTo(StableId.of(stays ? one.entry() : one.gets()));
    }

    static List<DecisionCase> casesWithEntry() {
        return cases().stream().filter(one -> one.affinity() && !one.entry().isEmpty() && !one.expired()).toList();
    }

    @ParameterizedTest
    @MethodSource("casesOfNewClients")
    void explain_says_what_the_table_says(DecisionCase one) {
        Made made = make(one);
        Explanation explanation = new Explainer(made.model, one.client(), null, Objects.requireNonNull(affinity)::find,
                made.nowNs, System.currentTimeMillis()).explain();
        assertThat(explanation.server() == null ? "nobody" : name(explanation.server(), one)).isEqualTo(one.gets());
        assertThat(explanation.because()).isEqualTo(because(one));
        assertThat(sentences(explanation)).isEqualTo(SENTENCES.get(one.name()));
    }

    /** Every sentence, the ages in them aside. */
    private static String sentences(Explanation explanation) {
        return (String.join("\n", explanation.reasons()) + "\nif it fails: " + explanation.ifItFails())
                .replaceAll("\\d+s old, last used \\d+s ago, valid for another \\d+m \\d+s", "AGES");
    }

    private static String name(String server, DecisionCase one) {
        return server.equals(ServerKey.FALLBACK) ? one.servers().getLast().name() : server;
    }

    private static Because because(DecisionCase one) {
        if (one.gets().equals("nobody")) {
            return Because.NO_SERVER;
        }
        return one.reasons().contains("affinity")
                ? Because.AFFINITY
                : one.reasons().contains("fallback")
                        ? Because.FALLBACK
                        : one.reasons().contains("hash") ? Because.HASH : Because.SCHEDULER;
    }

    private static Made make(DecisionCase one) {
        String name = "service-" + services++;
        long nowNs = System.nanoTime();
        ServiceModel model = new CaseModel(Objects.requireNonNull(counters), nowNs).service(name, one);
        enter(one, name);
        return new Made(model, client(one), nowNs);
    }

    private record Made(ServiceModel model, Client client, long nowNs) {
    }

    private static void enter(DecisionCase one, String service) {
        if (!one.entry().isEmpty()) {
            String server = one.servers().stream().filter(known -> known.name().equals(one.entry()))
                    .filter(known -> known.state() == ServerState.FALLBACK).map(known -> ServerKey.FALLBACK).findFirst()
                    .orElse(one.entry());
            long nowMs = System.currentTimeMillis() - (one.expired() ? 2 * TIMEOUT_MS : 0);
            Objects.requireNonNull(affinity).lookupOrClaim(StableId.of(service), one.client().high(),
                    one.client().low(), StableId.of(server), TIMEOUT_MS, nowMs);
        }
    }

    private static Client client(DecisionCase one) {
        return new Client() {
            @Override
            public long clientHigh() {
                return one.client().high();
            }

            @Override
            public long clientLow() {
                return one.client().low();
            }

            @Override
            public boolean hasTried(int position) {
                return one.tried().contains(one.servers().get(position).name());
            }

            @Override
            public boolean givesWay() {
                return one.othersWait();
            }
        };
    }
}
