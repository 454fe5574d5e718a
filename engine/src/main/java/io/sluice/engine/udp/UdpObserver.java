package io.sluice.engine.udp;

import io.sluice.engine.routes.EndReason;
import io.sluice.engine.routes.RealServer;
import io.sluice.engine.routes.VirtualService;

/** Who wants to hear of single sessions: the control plane. Called on worker threads, must not block. */
public interface UdpObserver {
    /** A datagram to the server came back as an ICMP error, or could not be sent, with this negated errno. */
    void unreachable(VirtualService service, RealServer server, int errno);

    /** A session has ended; the record is valid during the call only. */
    void ended(SessionRecord session, EndReason reason);
}
