package io.sluice.perftests.contender;

import io.sluice.perftests.serve.Target;

/** The services every contender puts in front of the target servers, one per kind of traffic. */
public enum Work {
    SINK("sink", Target.Kind.SINK, 0),
    ECHO("echo", Target.Kind.ECHO, 0),
    SHORT("crc", Target.Kind.CONNECT_REQUEST_CLOSE, 0),
    UDP_ECHO("udp-echo", Target.Kind.UDP_ECHO, 0),
    /** one answer ends the session, as for DNS */
    UDP_ONCE("udp-once", Target.Kind.UDP_ECHO, 1),
    UDP_SINK("udp-sink", Target.Kind.UDP_SINK, 0);

    public final String word;
    public final Target.Kind target;
    /** Answers that end a UDP session; 0: only its timeout does. */
    public final int responses;

    Work(String word, Target.Kind target, int responses) {
        this.word = word;
        this.target = target;
        this.responses = responses;
    }

    public boolean udp() {
        return target.datagram;
    }
}
