package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.EndReason;
import io.sluice.ringbuffers.syscall.Ioctl;
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
    private EndReason reason = EndReason.CLOSED;

    Tunnel(Endpoint client, Endpoint server, Relay relay) {
        this.client = client;
        this.server = server;
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
        Direction.Turn upTurn = up.pump();
        Direction.Turn downTurn = down.pump();
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
     * @param reset at once, by a RST, except for a side with bytes that the kernel has not sent yet: a reset would
     *        throw them away, and bytes already taken must arrive all the same
     */
    void close(boolean reset, boolean established) {
        try {
            close(client, reset, established);
        } finally {
            close(server, reset, established);
            up.release();
            down.release();
        }
    }

    private static void close(Endpoint side, boolean reset, boolean established) {
        if (side.isOpen()) {
            side.close(reset && !(established && Ioctl.unsentBytes(side.fd) > 0));
        }
    }
}
