package io.sluice.control.health;

import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The address answers an ICMP echo request. */
final class PingProbe implements Probe {
    private final Pinger pinger;
    private final Ip to;
    private final @Nullable Ip source;

    PingProbe(Pinger pinger, Ip to, @Nullable Ip source) {
        this.pinger = pinger;
        this.to = to;
        this.source = source;
    }

    @Override
    public String subject() {
        return "ping " + to;
    }

    @Override
    public Outcome run(Attempt attempt) throws IOException, InterruptedException {
        attempt.await("reply");
        return pinger.ping(to, source, attempt);
    }
}
