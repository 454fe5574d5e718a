package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.VirtualService;
import org.jspecify.annotations.Nullable;

/** What can be said of a connection that ended; read it during {@link RelayObserver#ended} only. */
public interface ConnectionRecord {
    long id();

    VirtualService service();

    /** Null where none was reached. */
    @Nullable
    RealServer server();

    long clientHigh();

    long clientLow();

    int clientPort();

    /** Port of the virtual service that the client connected to. */
    int servicePort();

    /** From accept to end. */
    long durationNs();

    /** From accept until the last connect began: PROXY header, failed tries, the queue. Until the end where none did. */
    long waitNs();

    /** From accept until the server was connected; -1 where it never was. */
    long connectNs();

    long bytesFromClient();

    long bytesFromServer();

    /** Connects that failed before. */
    int retries();
}
