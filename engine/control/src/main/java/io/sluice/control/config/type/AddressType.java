package io.sluice.control.config.type;

import io.sluice.control.config.model.Addresses;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/** One IP address. */
final class AddressType extends ScalarType<InetAddress> {
    @Override
    InetAddress parse(String text, boolean plain) throws Unreadable {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        InetAddress address = literal(bare, text);
        requireHost(address, text);
        return address;
    }

    /** The address of a literal, or why it is none. */
    static InetAddress literal(String bare, String text) throws Unreadable {
        Optional<InetAddress> address = Addresses.parse(bare);
        if (address.isPresent()) {
            return address.get();
        }
        if (bare.contains("/")) {
            throw new Unreadable(Message.quote(text) + " is a network, not an address");
        }
        if (bare.equals("localhost")) {
            throw new Unreadable(Message.quote(text) + " is a name; names are not resolved",
                    text.replace("localhost", "127.0.0.1"));
        }
        if (bare.chars().anyMatch(c -> Character.isLetter(c) && Character.digit(c, 16) < 0) && !bare.contains(":")) {
            throw new Unreadable(Message.quote(text) + " is a name; names are not resolved");
        }
        throw new Unreadable(Message.quote(text) + " is not an IP address");
    }

    /** A real server or a pool needs an address that belongs to one host. */
    static void requireHost(InetAddress address, String text) throws Unreadable {
        if (address.isAnyLocalAddress()) {
            throw new Unreadable(Message.quote(text) + " means every address, not one");
        }
        if (address.isMulticastAddress() || Addresses.text(address).equals("255.255.255.255")) {
            throw new Unreadable(Message.quote(text) + " is a multicast or broadcast address");
        }
    }

    @Override
    String noun() {
        return "an address";
    }

    @Override
    public Object plain(InetAddress value) {
        return Addresses.text(value);
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
