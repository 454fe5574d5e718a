package io.sluice.control.config.type;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.NotAnAddress;
import java.util.Map;

/** One IP address. */
final class AddressType extends ScalarType<Ip> {
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
