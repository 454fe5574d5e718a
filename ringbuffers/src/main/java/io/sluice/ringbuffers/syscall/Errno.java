package io.sluice.ringbuffers.syscall;

import java.io.IOException;

/** Error numbers of Linux (asm-generic/errno.h), by their kernel names, and their meaning in words; any thread. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int EPIPE = 32;
    public static final int ENOSYS = 38;
    public static final int EPROTO = 71;
    public static final int EMSGSIZE = 90;
    public static final int ENOPROTOOPT = 92;
    public static final int EPROTONOSUPPORT = 93;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ECONNABORTED = 103;
    public static final int ECONNRESET = 104;
    public static final int ENOBUFS = 105;
    public static final int EISCONN = 106;
    public static final int ENOTCONN = 107;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTDOWN = 112;
    public static final int EHOSTUNREACH = 113;
    public static final int EALREADY = 114;
    public static final int EINPROGRESS = 115;
    public static final int EDQUOT = 122;

    private Errno() {
    }

    /** The error's kernel name and its meaning, for people. */
    public static String describe(int errno) {
        return switch (Math.abs(errno)) {
            case EPERM -> "EPERM (not permitted)";
            case ENOENT -> "ENOENT (no such file)";
            case EINTR -> "EINTR (interrupted)";
            case EIO -> "EIO (input/output error)";
            case EBADF -> "EBADF (bad descriptor)";
            case EAGAIN -> "EAGAIN (would block)";
            case ENOMEM -> "ENOMEM (out of memory)";
            case EACCES -> "EACCES (permission denied)";
            case EEXIST -> "EEXIST (exists already)";
            case ENODEV -> "ENODEV (no such device)";
            case EINVAL -> "EINVAL (invalid argument)";
            case ENFILE -> "ENFILE (the system has no more open files)";
            case EMFILE -> "EMFILE (this process has no more open files)";
            case ENOSPC -> "ENOSPC (no space left on the device)";
            case EROFS -> "EROFS (the file system is read-only)";
            case EPIPE -> "EPIPE (the other side has closed)";
            case ENOSYS -> "ENOSYS (not in this kernel)";
            case EPROTO -> "EPROTO (protocol error)";
            case EMSGSIZE -> "EMSGSIZE (message too long)";
            case ENOPROTOOPT -> "ENOPROTOOPT (option not supported by this kernel)";
            case EPROTONOSUPPORT -> "EPROTONOSUPPORT (protocol not supported)";
            case EOPNOTSUPP -> "EOPNOTSUPP (not supported)";
            case EAFNOSUPPORT -> "EAFNOSUPPORT (address family not supported)";
            case EADDRINUSE -> "EADDRINUSE (address already in use)";
            case EADDRNOTAVAIL -> "EADDRNOTAVAIL (this host does not have that address, or no free port is left)";
            case ENETDOWN -> "ENETDOWN (network is down)";
            case ENETUNREACH -> "ENETUNREACH (network unreachable)";
            case ECONNABORTED -> "ECONNABORTED (connection aborted)";
            case ECONNRESET -> "ECONNRESET (connection reset by the other side)";
            case ENOBUFS -> "ENOBUFS (no buffer space)";
            case EISCONN -> "EISCONN (already connected)";
            case ENOTCONN -> "ENOTCONN (not connected)";
            case ETIMEDOUT -> "ETIMEDOUT (timed out)";
            case ECONNREFUSED -> "ECONNREFUSED (connection refused)";
            case EHOSTDOWN -> "EHOSTDOWN (host is down)";
            case EHOSTUNREACH -> "EHOSTUNREACH (no route to host)";
            case EALREADY -> "EALREADY (already in progress)";
            case EINPROGRESS -> "EINPROGRESS (in progress)";
            case EDQUOT -> "EDQUOT (this user's share of the disk is used up)";
            default -> "errno " + Math.abs(errno);
        };
    }

    /**
     * Passes results through and turns a negated errno into an exception; for the control plane, where a failure is an
     * exception.
     *
     * @param what what was attempted, on what
     */
    public static int check(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + ": " + describe(result));
        }
        return result;
    }
}
