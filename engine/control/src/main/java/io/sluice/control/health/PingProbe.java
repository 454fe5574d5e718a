package io.sluice.control.health;

import io.sluice.control.config.model.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The address answers an ICMP echo request. */
final class PingProbe implements Probe {
    private final Pinger pinger;
    private final InetAddress to;
    private final @Nullable InetAddress source;

    PingProbe(Pinger pinger, InetAddress to, @Nullable InetAddress source) {
        this.pinger = pinger;
        this.to = to;
        this.source = source;
    }

    @Override
    public String subject() {
        return "ping " + Addresses.text(to);
    }

    @Override
    public Outcome run(Attempt attempt) throws IOException, InterruptedException {
        attempt.await("reply");
        return pinger.ping(to, source, attempt);
    }
}
