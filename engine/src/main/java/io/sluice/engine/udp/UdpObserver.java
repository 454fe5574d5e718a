package io.sluice.engine.udp;

import io.sluice.engine.routes.RealServer;
import io.sluice.engine.routes.VirtualService;

/** Who wants to hear that a server's port is unreachable; called on worker threads, must not block. */
public interface UdpObserver {
    /** A datagram to the server came back as an ICMP error, or could not be sent, with this negated errno. */
    void unreachable(VirtualService service, RealServer server, int errno);
}
