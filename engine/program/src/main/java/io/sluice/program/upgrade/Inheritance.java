package io.sluice.program.upgrade;

import io.sluice.conntrack.Protocol;
import io.sluice.control.api.InheritedSockets;
import io.sluice.program.systemd.ActivatedSockets;
import io.sluice.ringbuffers.syscall.Files;

/** Makes listening sockets that are open already known by their address. */
public final class Inheritance {
    private Inheritance() {
    }

    /** Those that systemd has opened. */
    public static InheritedSockets of(ActivatedSockets activated) {
        InheritedSockets sockets = new InheritedSockets();
        activated.sockets().forEach(one -> add(sockets, one));
        return sockets;
    }

    /** One that came from another process; closed where it is no internet socket. */
    static void add(InheritedSockets sockets, int fd) {
        ActivatedSockets.describe(fd, "handed over").ifPresentOrElse(one -> add(sockets, one), () -> Files.close(fd));
    }

    private static void add(InheritedSockets sockets, ActivatedSockets.Activated one) {
        sockets.add(one.stream() ? Protocol.TCP : Protocol.UDP, one.address(), one.fd());
    }
}
