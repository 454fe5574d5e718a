package io.sluice.control.config.type;

import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.type.NumberTypes.PortsType;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.IpRange;
import io.sluice.ringbuffers.ip.NotAnAddress;
import io.sluice.ringbuffers.ip.Prefix;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses and what is made of them: with a port, with a mask, ranges, networks, places to listen on. Stateless. */
public final class AddressTypes {
    private AddressTypes() {
    }

    /** One IP address. */
    static final class AddressType extends ScalarType<Ip> {
        @Override
        Ip parse(String text, boolean plain) throws Unreadable {
            String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
            Ip address = literal(bare, text);
            requireHost(address, text);
            return address;
        }

        /** The address of a literal, or why it is none. */
        static Ip literal(String bare, String text) throws Unreadable {
            try {
                return Ip.parse(bare, text);
            } catch (NotAnAddress reason) {
                throw new Unreadable(reason);
            }
        }

        /** A real server or a pool needs an address that belongs to one host. */
        static void requireHost(Ip address, String text) throws Unreadable {
            if (address.isAny()) {
                throw new Unreadable(Message.quote(text) + " means every address, not one");
            }
            if (address.isMulticast() || address.isBroadcast()) {
                throw new Unreadable(Message.quote(text) + " is a multicast or broadcast address");
            }
        }

        @Override
        String noun() {
            return "an address";
        }

        @Override
        public Object plain(Ip value) {
            return value.toString();
        }

        @Override
        public String allowed() {
            return "an IPv4 or IPv6 address";
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "string", "minLength", 2);
        }
    }

    /** An IP address with a port: {@code 10.0.0.1:80}, {@code [fd00::1]:80}. */
    static final class EndpointType extends ScalarType<Endpoint> {
        /** What the address is for, which decides what may be left open. */
        enum Use {
            /** A real server: one host; without a port it gets the port that the client came to. */
            SERVER,
            /** Something Sluice itself listens on: wildcard addresses are fine, port 0 is a free one. */
            OWN
        }

        /** {@code :80}, {@code *:80}, {@code 80}. */
        private static final Pattern PORT_ALONE = Pattern.compile("(?:\\*?:)?([\\d\\[][\\d,\\s\\]-]*)");
        private static final Pattern PORT = Pattern.compile("[1-9]\\d{0,4}");

        private final Use use;

        EndpointType(Use use) {
            this.use = use;
        }

        @Override
        Endpoint parse(String text, boolean plain) throws Unreadable {
            requireAddress(text, "127.0.0.1:");
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

        /**
         * Tells of a text that has a port at most.
         *
         * @param meant what was probably meant before the port
         */
        static void requireAddress(String text, String meant) throws Unreadable {
            Matcher alone = PORT_ALONE.matcher(text);
            if (alone.matches()) {
                throw new Unreadable(Message.quote(text) + " has no address", meant + alone.group(1));
            }
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
            if (value.port() != 0) {
                return value.toString();
            }
            return value.address().bracketed() + (use == Use.OWN ? ":0" : "");
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
                    int last = text.lastIndexOf(':');
                    boolean fits = Ip.isAddress(text.substring(0, last));
                    if (Ip.isAddress(text)) {
                        if (fits && PORT.matcher(text.substring(last + 1)).matches()) {
                            throw new Unreadable(
                                    Message.quote(text) + " may end in a port; in brackets it is an address",
                                    "[" + text.substring(0, last) + "]:" + text.substring(last + 1));
                        }
                        return new Split(text, "");
                    }
                    throw new Unreadable(Message.quote(text) + " has an IPv6 address without brackets",
                            fits ? "[" + text.substring(0, last) + "]:" + text.substring(last + 1) : null);
                }
                return colon < 0 ? new Split(text, "") : new Split(text.substring(0, colon), text.substring(colon + 1));
            }
        }
    }

    /** An address with one or more ports: {@code IP:PORT}, {@code IP:LOW-HIGH}, {@code IP:[80,443,8000-8010]}. */
    public static final class ListenType extends ScalarType<Listen> {
        @Override
        Listen parse(String text, boolean plain) throws Unreadable {
            EndpointType.requireAddress(text, "0.0.0.0:");
            EndpointType.Split split = EndpointType.Split.of(text);
            Ip address = AddressType.literal(split.host(), text);
            if (address.isMulticast() || address.isBroadcast()) {
                throw new Unreadable(Message.quote(text) + " is a multicast or broadcast address");
            }
            String ports = split.port();
            if (ports.isEmpty()) {
                throw new Unreadable(Message.quote(text) + " has no port");
            }
            if (ports.startsWith("[") && ports.endsWith("]")) {
                ports = ports.substring(1, ports.length() - 1);
            } else if (ports.contains(",")) {
                throw new Unreadable(Message.quote(text) + " has a list of ports without brackets",
                        text.substring(0, text.length() - ports.length()) + "[" + ports + "]");
            }
            return new Listen(address, new PortSet(PortsType.ranges(ports, text, 1)));
        }

        @Override
        String noun() {
            return "an address with ports";
        }

        @Override
        public String allowed() {
            return "IP:PORT, IP:LOW-HIGH, IP:[80,443,8000-8010] or [IPv6]:PORT, ports 1 to 65535";
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "string", "minLength", 4);
        }
    }

    /** One address, or a range of them: {@code 10.0.0.6-10.0.0.9}. */
    public static final class AddressRangeType extends ScalarType<IpRange> {
        /** A pool is a list of local addresses, not a network. */
        private static final int LONGEST = 65_536;

        @Override
        IpRange parse(String text, boolean plain) throws Unreadable {
            int dash = text.indexOf('-');
            Ip first = AddressType.literal(dash < 0 ? text : text.substring(0, dash).strip(), text);
            Ip last = dash < 0 ? first : AddressType.literal(text.substring(dash + 1).strip(), text);
            AddressType.requireHost(first, text);
            AddressType.requireHost(last, text);
            try {
                IpRange range = new IpRange(first, last);
                if (range.size() > LONGEST) {
                    throw new Unreadable(Message.quote(text) + ": the range holds more than " + LONGEST + " addresses");
                }
                return range;
            } catch (IllegalArgumentException e) {
                throw new Unreadable(Message.quote(text) + ": " + e.getMessage());
            }
        }

        @Override
        String noun() {
            return "an address or a range of addresses";
        }

        @Override
        public String allowed() {
            return "an address or a range such as 10.0.0.6-10.0.0.9";
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "string", "minLength", 2);
        }
    }

    /** A network in CIDR notation, or one address. */
    public static final class NetworkType extends ScalarType<Prefix> {
        @Override
        Prefix parse(String text, boolean plain) throws Unreadable {
            try {
                return Prefix.parse(text);
            } catch (NotAnAddress reason) {
                throw new Unreadable(reason);
            }
        }

        @Override
        String noun() {
            return "a network";
        }

        @Override
        public String allowed() {
            return "a network such as 10.0.0.0/8 or fd00::/8, or an address";
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "string", "minLength", 2);
        }
    }

    /** An address with the mask of its network: {@code 10.0.0.100/24} or {@code 10.0.0.100/255.255.255.0}. */
    public static final class InterfaceAddressType extends ScalarType<InterfaceAddressType.Masked> {
        /** An address and the bits of its network. */
        public record Masked(Ip address, int prefix) {
            @Override
            public String toString() {
                return address + "/" + prefix;
            }
        }

        @Override
        Masked parse(String text, boolean plain) throws Unreadable {
            int slash = text.indexOf('/');
            if (slash < 0) {
                AddressType.literal(text, text);
                throw new Unreadable(Message.quote(text) + " has no mask", text + (text.contains(":") ? "/64" : "/24"));
            }
            Ip address = AddressType.literal(text.substring(0, slash), text);
            AddressType.requireHost(address, text);
            try {
                return new Masked(address, Prefix.bits(text.substring(slash + 1), address, text));
            } catch (NotAnAddress reason) {
                throw new Unreadable(reason);
            }
        }

        @Override
        String noun() {
            return "an address with a mask";
        }

        @Override
        public String allowed() {
            return "an address with a contiguous mask, such as 10.0.0.100/24 or 10.0.0.100/255.255.255.0";
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "string", "pattern", "^.+/.+$");
        }
    }
}
