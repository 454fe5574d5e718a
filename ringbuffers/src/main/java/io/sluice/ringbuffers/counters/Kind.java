package io.sluice.ringbuffers.counters;

/** What a row of counters is about; the meaning of its columns is the writer's, one column enum per kind. */
public enum Kind {
    /** The process as a whole: configuration version, tables, conductor. */
    PROCESS(1),
    /** One worker: duty cycle, accepts, buffers, pipes. */
    WORKER(2),
    /** One virtual service on one worker. */
    SERVICE(3),
    /** One real server of a virtual service on one worker. */
    SERVER(4),
    /** Connection ends of a service on one worker, a column per reason code. */
    ENDS(5),
    /** Time to connect, a column per histogram bucket. */
    CONNECT_TIME(6),
    /** Packets of a packet engine queue, a column per verdict. */
    PACKETS(7),
    /** Health checks of a real server. */
    HEALTH(8),
    /** High availability and cluster. */
    CLUSTER(9),
    /** The durable copy of affinity and sessions. */
    COPY(10),
    /** A row whose kind this program does not know, written by a newer one. */
    OTHER(127);

    private static final Kind[] ALL = values();

    private final byte code;

    Kind(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static Kind of(byte code) {
        for (Kind kind : ALL) {
            if (kind.code == code) {
                return kind;
            }
        }
        return OTHER;
    }
}
