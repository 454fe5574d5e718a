package io.sluice.control.config.type;

import io.sluice.ringbuffers.ip.NotAnAddress;
import io.sluice.ringbuffers.ip.Prefix;
import java.util.Map;

/** A network in CIDR notation, or one address. */
public final class NetworkType extends ScalarType<Prefix> {
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
