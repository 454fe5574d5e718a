package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.EndReason;
import io.sluice.ringbuffers.syscall.Sockets;

/**
 * Both directions of a connection: moves what can be moved, passes the end of one side on to the other, and knows when
 * and why all is over. Its worker's thread.
 */
final class Tunnel {
    /** How it stands after a turn. */
    enum Turn {
        /** Readiness will say when to go on. */
        WAITING,
        /** Its share of time is used up: go on in the next duty cycle. */
        UNFINISHED,
        /** Nothing more will move: see {@link #reason}. */
        OVER
    }

    /** From the client to the server. */
    final Direction up;
    /** From the server to the client. */
    final Direction down;
    private final Endpoint client;
    private final Endpoint server;
    private final Relay relay;
    private EndReason reason = EndReason.CLOSED;

    Tunnel(Endpoint client, Endpoint server, Relay relay) {
        this.client = client;
        this.server = server;
        this.relay = relay;
        up = new Direction(client, server, relay);
        down = new Direction(server, client, relay);
    }

    /** Why it is over, or will have been; {@link EndReason#CLOSED} where nothing went wrong. */
    EndReason reason() {
        return reason;
    }

    /** Bytes moved so far, both ways. */
    long bytes() {
        return up.bytes + down.bytes;
    }

    /** Of these, through splice(2). */
    long splicedBytes() {
        return up.splicedBytes + down.splicedBytes;
    }

    boolean isHalfClosed() {
        return up.isFinished() || down.isFinished();
    }

    /** Moves what can be moved now. */
    Turn pump() {
        boolean upWasFinished = up.isFinished();
        boolean downWasFinished = down.isFinished();
        Direction.Turn upTurn = unlessGone(up.pump(), down, server);
        Direction.Turn downTurn = unlessGone(down.pump(), up, client);
        if (upTurn == Direction.Turn.SINK_FAILED) {
            upTurn = abandon(up, EndReason.SERVER_RESET);
            downTurn = drain(server, down);
        } else if (downTurn == Direction.Turn.SINK_FAILED) {
            downTurn = abandon(down, EndReason.CLIENT_RESET);
            upTurn = drain(client, up);
        }
        if (upTurn == Direction.Turn.SOURCE_FAILED) {
            return over(EndReason.CLIENT_RESET);
        }
        if (downTurn == Direction.Turn.SOURCE_FAILED) {
            return over(EndReason.SERVER_RESET);
        }
        if (upTurn == Direction.Turn.SINK_FAILED || downTurn == Direction.Turn.SINK_FAILED) {
            return Turn.OVER; // both ends are gone
        }
        if (upTurn == Direction.Turn.FINISHED && downTurn == Direction.Turn.FINISHED) {
            return Turn.OVER;
        }
        if (upTurn == Direction.Turn.FINISHED && !upWasFinished) {
            Sockets.shutdown(server.fd, Sockets.SHUT_WR);
        }
        if (downTurn == Direction.Turn.FINISHED && !downWasFinished) {
            Sockets.shutdown(client.fd, Sockets.SHUT_WR);
        }
        boolean unfinished = upTurn == Direction.Turn.UNFINISHED || downTurn == Direction.Turn.UNFINISHED;
        return unfinished ? Turn.UNFINISHED : Turn.WAITING;
    }

    /** A sink from which nothing more is read, as it has ended its side, says by readiness alone that it is reset. */
    private static Direction.Turn unlessGone(Direction.Turn turn, Direction opposite, Endpoint sink) {
        boolean gone = turn == Direction.Turn.WAITING && opposite.isFinished() && sink.isReset();
        return gone ? Direction.Turn.SINK_FAILED : turn;
    }

    private Turn over(EndReason why) {
        reason = why;
        return Turn.OVER;
    }

    /** One side takes no more bytes: what was on the way to it is lost, and noted as its doing. */
    private Direction.Turn abandon(Direction direction, EndReason why) {
        direction.abandon();
        reason = why;
        return Direction.Turn.FINISHED;
    }

    /** What the side that takes no more had sent before must still reach the other. */
    private static Direction.Turn drain(Endpoint gone, Direction opposite) {
        gone.readable = true;
        gone.peerFinished = true;
        return opposite.pump();
    }

    /**
     * Closes both sides and gives back what is held for them.
     *
     * @param reset by a RST; of an established one behind the bytes that the kernel has not brought there yet: they
     *        have been taken and must arrive all the same
     * @param patienceNs how long a side may take nothing of those
     */
    void close(boolean reset, boolean established, long patienceNs) {
        try {
            close(client, reset, established, patienceNs);
        } finally {
            close(server, reset, established, patienceNs);
            up.release();
            down.release();
        }
    }

    private void close(Endpoint side, boolean reset, boolean established, long patienceNs) {
        if (side.isOpen() && reset && established) {
            relay.lastBytes.reset(side, patienceNs, relay.worker.nowNs());
        } else {
            side.close(reset);
        }
    }
}
