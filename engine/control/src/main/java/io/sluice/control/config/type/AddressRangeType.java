package io.sluice.control.config.type;

import io.sluice.control.config.model.AddressRange;
import java.net.InetAddress;
import java.util.Map;

/** One address, or a range of them: {@code 10.0.0.6-10.0.0.9}. */
public final class AddressRangeType extends ScalarType<AddressRange> {
    @Override
    AddressRange parse(String text, boolean plain) throws Unreadable {
        int dash = text.indexOf('-');
        InetAddress first = AddressType.literal(dash < 0 ? text : text.substring(0, dash).strip(), text);
        InetAddress last = dash < 0 ? first : AddressType.literal(text.substring(dash + 1).strip(), text);
        AddressType.requireHost(first, text);
        AddressType.requireHost(last, text);
        try {
            return new AddressRange(first, last);
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
