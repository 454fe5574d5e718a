package io.sluice.conntrack.store.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.conntrack.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowShard;
import io.sluice.conntrack.FlowTable;
import io.sluice.conntrack.store.CopyEntry;
import io.sluice.conntrack.store.CopyStatus;
import io.sluice.conntrack.store.DurableCopy;

/** What a daemon has of tables and their copy, in a state directory; closed in its order. */
final class Scene implements AutoCloseable {
    static final long GROUP = 11;
    static final long SERVICE = 12;
    static final long TIMEOUT_MS = 3_600_000;
    static final long AFFINITY = 4_000;
    private static final long SERVERS = 10;

    final List<String> reports = new CopyOnWriteArrayList<>();
    final List<CopyEntry> sessions = new CopyOnWriteArrayList<>();
    final AffinityTable table;
    final FlowTable flows;
    final DurableCopy copy;

    Scene(Path directory) throws IOException {
        this(directory, AFFINITY);
    }

    Scene(Path directory, long capacity) throws IOException {
        table = AffinityTable.open(directory.resolve("affinity"), capacity);
        flows = FlowTable.open(directory, 1, 1000);
        copy = DurableCopy.start(directory, table, flows, Scene::name, sessions::addAll, reports::add);
    }

    /** Servers 1 to 10 are configured. */
    static @Nullable String name(long scope, long server) {
        return server >= 1 && server <= SERVERS ? "web/web" + server : null;
    }

    static long serverOf(long client) {
        return 1 + client % SERVERS;
    }

    /** A client comes; its server is not the one that a new client would get. */
    void pin(long client) {
        table.lookupOrClaim(GROUP, 0, client, serverOf(client), TIMEOUT_MS, System.currentTimeMillis());
    }

    /** How many of the clients from 1 on get their server again; others get server 10,000. */
    int comeBack(int clients) {
        int back = 0;
        for (int client = 1; client <= clients; client++) {
            long server = table.lookupOrClaim(GROUP, 0, client, 10_000, TIMEOUT_MS, System.currentTimeMillis());
            back += server == serverOf(client) ? 1 : 0;
        }
        return back;
    }

    /** A UDP client, 10.0.0.7, whose session outlives the process. */
    void session(int clientPort, long timeoutMs) {
        FlowShard shard = flows.shard(0);
        shard.insert(shard.newFlow().protocol(Protocol.UDP).durable(true).timeoutMs(timeoutMs).service(SERVICE)
                .client(0, 0xFFFF_0A00_0007L, clientPort).listen(0, 0xFFFF_0A00_0001L, 53)
                .server(serverOf(clientPort), 0, 0xFFFF_0A00_0002L, 53), System.currentTimeMillis());
    }

    void awaitFollowing() {
        Awaitility.await().atMost(Duration.ofSeconds(50)).pollInterval(Duration.ofMillis(20)).until(() -> {
            CopyStatus status = copy.status();
            assertThat(status.state()).as("%s", status).isNotEqualTo(CopyStatus.State.FAILED);
            return status.state() == CopyStatus.State.FOLLOWING;
        });
    }

    void awaitStored(long affinity, long sessionCount) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20))
                .until(() -> copy.status().affinity() >= affinity && copy.status().sessions() >= sessionCount);
    }

    @Override
    public void close() throws IOException {
        copy.close();
        flows.close();
        table.close();
    }
}
