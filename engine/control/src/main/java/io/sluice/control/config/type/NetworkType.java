package io.sluice.control.config.type;

import io.sluice.control.config.model.Network;
import java.net.InetAddress;
import java.util.Map;

/** A network in CIDR notation, or one address. */
public final class NetworkType extends ScalarType<Network> {
    @Override
    Network parse(String text, boolean plain) throws Unreadable {
        int slash = text.indexOf('/');
        InetAddress address = AddressType.literal(slash < 0 ? text : text.substring(0, slash), text);
        int bits = address.getAddress().length * 8;
        int prefix = slash < 0 ? bits : prefix(text.substring(slash + 1), bits, text);
        Network network = new Network(address, prefix);
        if (!network.address().equals(address)) {
            throw new Unreadable(Message.quote(text) + " has bits beyond its mask", network.toString());
        }
        return network;
    }

    /** A prefix length in digits, or the mask it stands for. */
    static int prefix(String mask, int bits, String text) throws Unreadable {
        if (mask.matches("\\d{1,3}") && Integer.parseInt(mask) <= bits) {
            return Integer.parseInt(mask);
        }
        if (bits == 32 && mask.matches("\\d+\\.\\d+\\.\\d+\\.\\d+")) {
            byte[] bytes = AddressType.literal(mask, text).getAddress();
            int value = (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
            int ones = Integer.numberOfLeadingZeros(~value);
            if (Integer.bitCount(value) != ones) {
                throw new Unreadable("mask " + Message.quote(mask) + " is not contiguous",
                        text.substring(0, text.indexOf('/') + 1) + ones);
            }
            return ones;
        }
        throw new Unreadable("mask " + Message.quote(mask) + " in " + Message.quote(text) + " does not exist");
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
