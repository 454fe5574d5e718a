package io.sluice.dataplane.service;

import io.sluice.conntrack.Protocol;
import org.jspecify.annotations.Nullable;

/** What can be said of a connection or session that ended; read it during {@link ClientObserver#ended} only. */
public interface ClientRecord {
    VirtualService service();

    /** The one it had at its end; null where it had none. */
    @Nullable
    RealServer server();

    Protocol protocol();

    long clientHigh();

    long clientLow();

    int clientPort();

    /** Port of the virtual service that the client came to. */
    int servicePort();

    /** From accept, or the first datagram, to the end. */
    long durationNs();

    /**
     * From accept until the last connect began: PROXY header, failed tries, the queue. Until the end where none did.
     */
    default long waitNs() {
        return 0;
    }

    /** From accept until the server was connected; -1 where it never was, or where there is nothing to connect. */
    default long connectNs() {
        return -1;
    }

    long bytesFromClient();

    long bytesFromServer();

    /** 0 where bytes flow without bounds between them. */
    default long datagramsFromClient() {
        return 0;
    }

    default long datagramsFromServer() {
        return 0;
    }

    /** Servers that were tried in vain. */
    int retries();
}
