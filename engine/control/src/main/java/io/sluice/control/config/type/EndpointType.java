package io.sluice.control.config.type;

import io.sluice.control.config.model.PortSet;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.util.Map;

/** An IP address with a port: {@code 10.0.0.1:80}, {@code [fd00::1]:80}. */
final class EndpointType extends ScalarType<Endpoint> {
    /** What the address is for, which decides what may be left open. */
    enum Use {
        /** A real server: one host; without a port it gets the port that the client came to. */
        SERVER,
        /** Something Sluice itself listens on: wildcard addresses are fine, port 0 is a free one. */
        OWN
    }

    private final Use use;

    EndpointType(Use use) {
        this.use = use;
    }

    @Override
    Endpoint parse(String text, boolean plain) throws Unreadable {
        Split split = Split.of(text);
        Ip address = AddressType.literal(split.host(), text);
        if (use == Use.SERVER) {
            AddressType.requireHost(address, text);
        }
        if (split.port().isEmpty()) {
            if (use == Use.SERVER) {
                return new Endpoint(address, 0);
            }
            throw new Unreadable(Message.quote(text) + " has no port");
        }
        return new Endpoint(address, port(split.port(), text, use == Use.OWN ? 0 : 1));
    }

    static int port(String digits, String text, int lowest) throws Unreadable {
        if (digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch(Character::isDigit)) {
            throw new Unreadable(Message.quote(digits) + " in " + Message.quote(text) + " is not a port");
        }
        int port = Integer.parseInt(digits);
        if (port < lowest || port > PortSet.HIGHEST) {
            throw new Unreadable("port " + port + " in " + Message.quote(text) + " does not exist");
        }
        return port;
    }

    @Override
    String noun() {
        return "an address with a port";
    }

    @Override
    public Object plain(Endpoint value) {
        return value.port() == 0 && use == Use.OWN
                ? value.address().bracketed() + ":0"
                : value.toString();
    }

    @Override
    public String allowed() {
        return use == Use.OWN
                ? "IP:PORT or [IPv6]:PORT, port 0 to 65535"
                : "IP:PORT or [IPv6]:PORT, port 1 to 65535; without a port, the one the client came to";
    }

    @Override
    public Map<String, Object> schema() {
        return ordered("type", "string", "minLength", 2);
    }

    /** Host and port of a text; the port is empty where there is none. */
    record Split(String host, String port) {
        static Split of(String text) throws Unreadable {
            if (text.startsWith("[")) {
                int close = text.indexOf(']');
                if (close < 0 || (close + 1 < text.length() && text.charAt(close + 1) != ':')) {
                    throw new Unreadable(Message.quote(text) + " is not an address with a port");
                }
                return new Split(text.substring(1, close), text.substring(Math.min(close + 2, text.length())));
            }
            int colon = text.indexOf(':');
            if (colon >= 0 && text.indexOf(':', colon + 1) > colon && !text.contains("[")) {
                if (Ip.isAddress(text)) {
                    return new Split(text, "");
                }
                int last = text.lastIndexOf(':');
                boolean fits = Ip.isAddress(text.substring(0, last));
                throw new Unreadable(Message.quote(text) + " has an IPv6 address without brackets",
                        fits ? "[" + text.substring(0, last) + "]:" + text.substring(last + 1) : null);
            }
            return colon < 0 ? new Split(text, "") : new Split(text.substring(0, colon), text.substring(colon + 1));
        }
    }
}
