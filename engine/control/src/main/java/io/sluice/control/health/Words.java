package io.sluice.control.health;

import io.sluice.control.health.dialogue.Excerpt;
import java.io.IOException;
import java.net.BindException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** What happened, in words a person can act on. */
final class Words {
    private Words() {
    }

    /** An exception of the network or of the server as an outcome. */
    static Outcome outcome(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof CannotAsk) {
            return Outcome.unable(message);
        }
        if (failure instanceof ProtocolException) {
            return Outcome.failed(message); // in words already; whatever the server put into them decides nothing
        }
        if (failure instanceof SSLException) {
            return Outcome.failed(connectionLost(failure) ? "connection reset" : "TLS: " + tls(failure));
        }
        if (failure instanceof PortUnreachableException) {
            return Outcome.failed("port unreachable (ICMP)");
        }
        if (failure instanceof NoRouteToHostException) {
            return Outcome.failed("unreachable: no route to host");
        }
        if (failure instanceof BindException || message.contains("Cannot assign requested address")
                || message.contains("EADDRNOTAVAIL")) {
            return Outcome.unable("cannot use the source address: " + message);
        }
        // of this host, not of the server: EMFILE, ENFILE, ENOBUFS, ENOMEM
        if (message.contains("Too many open files") || message.contains("no more open files")
                || message.contains("No buffer space")
                || message.contains("Cannot allocate memory")) {
            return Outcome.unable("this host has no more resources: " + message);
        }
        if (message.contains("Connection refused")) {
            return Outcome.failed("connection refused");
        }
        if (reset(failure)) {
            return Outcome.failed("connection reset");
        }
        if (message.contains("Network is unreachable")) {
            return Outcome.failed("unreachable: no route to its network");
        }
        if (message.contains("Connection timed out")) {
            return Outcome.failed("timed out: the kernel gave up");
        }
        return Outcome.failed(message);
    }

    /** The peer is gone: which of the two words comes depends on whether the reset met a read or a write. */
    static boolean reset(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("Connection reset") || message.contains("Broken pipe");
    }

    /** The JDK wraps a reset in the middle of a handshake as a failure of TLS. */
    private static boolean connectionLost(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketException socket && reset(socket)) {
                return true;
            }
        }
        return false;
    }

    /** The innermost cause says what is wrong with a certificate; the outer ones only that something is. */
    private static String tls(Throwable failure) {
        String outermost = String.valueOf(failure.getMessage());
        String certificate = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return "the certificate has expired (" + cause.getMessage() + ")";
            }
            if (cause instanceof CertificateNotYetValidException) {
                return "the certificate is not valid yet (" + cause.getMessage() + ")";
            }
            if (cause instanceof CertPathBuilderException) {
                return "no trusted authority signed the certificate (set ca-file to trust its own)";
            }
            if (cause instanceof CertPathValidatorException invalid) {
                certificate = "the certificate is not valid (" + invalid.getMessage() + ")";
            } else if (cause instanceof CertificateException && certificate == null) {
                certificate = "the certificate is not valid (" + cause.getMessage() + ")";
            }
        }
        if (certificate == null && outermost.contains("handshake_failure")) {
            return "the server shares no cipher suite with Sluice (handshake_failure); if it knows TLS 1.2 with RSA key"
                    + " exchange alone, give it ECDHE or set rsa-key-exchange: true";
        }
        if (certificate == null && outermost.startsWith("Unsupported or unrecognized SSL message")) {
            return "the server does not speak TLS on this port";
        }
        if (certificate == null && outermost.contains("terminated the handshake")) {
            return "the server closed the connection before the handshake was over";
        }
        return Excerpt.of(certificate != null ? certificate : outermost);
    }

    /** {@code 1s}, {@code 1500ms}, {@code 250us}: the units of the configuration. */
    static String duration(long ns) {
        if (ns % TimeUnit.SECONDS.toNanos(1) == 0) {
            return TimeUnit.NANOSECONDS.toSeconds(ns) + "s";
        }
        return ns % TimeUnit.MILLISECONDS.toNanos(1) == 0
                ? TimeUnit.NANOSECONDS.toMillis(ns) + "ms"
                : TimeUnit.NANOSECONDS.toMicros(ns) + "us";
    }
}
