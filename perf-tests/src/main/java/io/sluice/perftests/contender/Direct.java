package io.sluice.perftests.contender;

import io.sluice.perftests.host.ProcessUsage;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Nothing in between: the control that says what client, servers and kernel can do today. */
final class Direct implements Contender {
    @Override
    public String name() {
        return "direct";
    }

    @Override
    public String describe() {
        return "no balancer (the control)";
    }

    @Override
    public Optional<String> missing(Topology topology) {
        return Optional.empty();
    }

    @Override
    public boolean carries(Work work) {
        return true;
    }

    @Override
    public Running start(Situation situation) {
        return new Running() {
            @Override
            public InetSocketAddress front(Work work) {
                return Fronts.servers(situation, work).getFirst();
            }

            @Override
            public Optional<ProcessUsage> usage() {
                return Optional.empty();
            }

            @Override
            public Optional<ProcessHandle> process() {
                return Optional.empty();
            }

            @Override
            public void close() {
                // nothing was started
            }
        };
    }
}
