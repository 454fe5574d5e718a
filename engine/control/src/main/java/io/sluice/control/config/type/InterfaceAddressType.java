package io.sluice.control.config.type;

import io.sluice.control.config.model.Addresses;
import java.net.InetAddress;
import java.util.Map;

/** An address with the mask of its network: {@code 10.0.0.100/24} or {@code 10.0.0.100/255.255.255.0}. */
public final class InterfaceAddressType extends ScalarType<InterfaceAddressType.Masked> {
    /** An address and the bits of its network. */
    public record Masked(InetAddress address, int prefix) {
        @Override
        public String toString() {
            return Addresses.text(address) + "/" + prefix;
        }
    }

    @Override
    Masked parse(String text, boolean plain) throws Unreadable {
        int slash = text.indexOf('/');
        if (slash < 0) {
            AddressType.literal(text, text);
            throw new Unreadable(Message.quote(text) + " has no mask", text + (text.contains(":") ? "/64" : "/24"));
        }
        InetAddress address = AddressType.literal(text.substring(0, slash), text);
        AddressType.requireHost(address, text);
        return new Masked(address,
                NetworkType.prefix(text.substring(slash + 1), address.getAddress().length * 8, text));
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
