package io.sluice.dataplane.udp;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.VirtualService;

/** Who wants to hear of single sessions: the control plane. Called on worker threads, must not block. */
public interface UdpObserver {
    /** A datagram to the server came back as an ICMP error, or could not be sent, with this negated errno. */
    void unreachable(VirtualService service, RealServer server, int errno);

    /** A session has ended; the record is valid during the call only. */
    void ended(SessionRecord session, EndReason reason);
}
