package io.sluice.dataplane.udp;

import io.sluice.conntrack.FlowShard;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding.UdpSessions;
import io.sluice.dataplane.service.ServiceSeat;
import org.jspecify.annotations.Nullable;

/** What others see of sessions, in counters and flow table, brought up to date with each tick. One worker's thread. */
final class Publishing {
    private final Sessions sessions;
    private final FlowShard flows;
    /** Sessions that have moved datagrams since the last tick. */
    private @Nullable Session first;

    Publishing(Sessions sessions, FlowShard flows) {
        this.sessions = sessions;
        this.flows = flows;
    }

    /** The session moved datagrams: the next tick publishes how many. */
    void later(Session session) {
        if (!session.toPublish) {
            session.toPublish = true;
            session.nextToPublish = first;
            first = session;
        }
    }

    void tick() {
        if (first == null) {
            return;
        }
        long nowMs = System.currentTimeMillis();
        for (Session session = first; session != null; session = first) {
            first = session.nextToPublish;
            session.nextToPublish = null;
            session.toPublish = false;
            try {
                publish(session, nowMs);
            } catch (Throwable thrown) {
                sessions.contain(FaultKind.TICK, thrown, session);
            }
        }
    }

    void publish(Session session, long nowMs) {
        ServiceSeat<UdpSessions> seat = session.seat;
        seat.countBytes(session.server, session.bytesIn, session.bytesOut, 0);
        seat.countDatagrams(session.datagramsIn, session.datagramsOut);
        if (session.flow != FlowShard.NONE) {
            flows.packets(session.flow, session.datagramsIn, session.bytesIn, session.datagramsOut, session.bytesOut,
                    nowMs);
        }
        session.allDatagramsIn += session.datagramsIn;
        session.allBytesIn += session.bytesIn;
        session.allDatagramsOut += session.datagramsOut;
        session.allBytesOut += session.bytesOut;
        session.bytesIn = 0;
        session.bytesOut = 0;
        session.datagramsIn = 0;
        session.datagramsOut = 0;
    }
}
