package io.sluice.control.config.model;

import io.sluice.conntrack.Ip;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP literals to addresses and back; never asks DNS. */
public final class Addresses {
    // No leading zeros: some programs read them as octal, so the file must not be ambiguous.
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");
    private static final Pattern LEADING_ZERO = Pattern.compile("(?:^|\\.)0\\d");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9._-]+)?");

    private Addresses() {
    }

    /** The address of an IPv4 literal in four parts or an IPv6 literal without brackets; empty for anything else. */
    public static Optional<InetAddress> parse(String text) {
        if (!(IPV4.matcher(text).matches() && !LEADING_ZERO.matcher(text).find()) && !IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException notALiteral) {
            return Optional.empty();
        }
    }

    /** The shortest usual spelling, without a host name: {@code 10.0.0.1}, {@code fd00::1} (RFC 5952). */
    public static String text(InetAddress address) {
        if (address instanceof Inet4Address) {
            return address.getHostAddress();
        }
        return Ip.text(Ip.hi(address), Ip.lo(address)) + scope(address.getHostAddress());
    }

    /** {@code 10.0.0.1:80}, {@code [fd00::1]:80}; without the port where it is 0. */
    public static String text(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (address.getPort() == 0) {
            return text(ip);
        }
        return bracketed(ip) + ":" + address.getPort();
    }

    /** The address as it stands before a port: IPv6 in brackets. */
    public static String bracketed(InetAddress ip) {
        return ip instanceof Inet4Address ? text(ip) : "[" + text(ip) + "]";
    }

    private static String scope(String hostAddress) {
        int percent = hostAddress.indexOf('%');
        return percent < 0 ? "" : hostAddress.substring(percent);
    }
}
