package io.sluice.dataplane.udp;

import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.VirtualService;
import org.jspecify.annotations.Nullable;

/** What can be said of a session that ended; read it during {@link UdpObserver#ended} only. */
public interface SessionRecord {
    VirtualService service();

    /** The one it had at its end; null where it never had any. */
    @Nullable
    RealServer server();

    long clientHigh();

    long clientLow();

    int clientPort();

    /** Port of the virtual service that the client sent to. */
    int servicePort();

    /** From the first datagram to the end. */
    long durationNs();

    long bytesFromClient();

    long bytesFromServer();

    long datagramsFromClient();

    long datagramsFromServer();

    /** Servers that were tried in vain. */
    int retries();
}
