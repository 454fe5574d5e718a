package io.sluice.perftests.serve;

import io.sluice.perftests.net.InNamespace;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Target servers of one process on threads of their own; started and closed by any thread. */
public final class TargetServer implements AutoCloseable {
    /** How the targets behave. Several threads share a port through SO_REUSEPORT. */
    public record Options(int requestBytes, int responseBytes, boolean verify, int threads, List<Integer> cpus,
            @Nullable String namespace) {
        public static final Options DEFAULT = new Options(64, 64, false, 1, List.of(), null);

        public Options {
            cpus = List.copyOf(cpus);
            if (requestBytes < 1 || responseBytes < 0 || threads < 1) {
                throw new IllegalArgumentException(
                        "a request has at least 1 byte, a response none or more, and a server at least 1 thread");
            }
        }
    }

    /** A target that listens. */
    public record Listening(Target target, InetSocketAddress address, ServerStatistics statistics) {
    }

    private final List<ServerLoop> loops = new ArrayList<>();
    private final List<Listening> listening = new ArrayList<>();

    private TargetServer() {
    }

    public static TargetServer start(Options options, Target... targets) {
        return start(options, List.of(targets));
    }

    public static TargetServer start(Options options, List<Target> targets) {
        // sockets belong to the namespace of the thread that makes them; what they accept follows them
        return InNamespace.call(options.namespace(), () -> startHere(options, targets));
    }

    private static TargetServer startHere(Options options, List<Target> targets) {
        TargetServer server = new TargetServer();
        for (int i = 0; i < options.threads(); i++) {
            ServerLoop loop = new ServerLoop(options, i);
            server.loops.add(loop);
            for (int t = 0; t < targets.size(); t++) {
                // the first thread finds the ports, the others share them
                InetSocketAddress listen = i == 0 ? targets.get(t).listen() : server.listening.get(t).address();
                ServerStatistics statistics = new ServerStatistics();
                server.listening
                        .add(new Listening(targets.get(t), loop.open(targets.get(t), listen, statistics), statistics));
            }
        }
        server.loops.forEach(Thread::start);
        return server;
    }

    /** One entry per target and thread. */
    public List<Listening> listening() {
        return List.copyOf(listening);
    }

    /** The address of the first (or only) target. */
    public InetSocketAddress address() {
        return listening.getFirst().address();
    }

    public ServerStatistics statistics() {
        return listening.getFirst().statistics();
    }

    /** What ended a server thread before its time. */
    public @Nullable Throwable fault() {
        return loops.stream().map(ServerLoop::fault).filter(Objects::nonNull).findFirst().orElse(null);
    }

    @Override
    public void close() {
        loops.forEach(ServerLoop::stopAndWait);
    }
}
