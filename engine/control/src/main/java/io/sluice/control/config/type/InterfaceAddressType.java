package io.sluice.control.config.type;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.NotAnAddress;
import io.sluice.ringbuffers.ip.Prefix;
import java.util.Map;

/** An address with the mask of its network: {@code 10.0.0.100/24} or {@code 10.0.0.100/255.255.255.0}. */
public final class InterfaceAddressType extends ScalarType<InterfaceAddressType.Masked> {
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
