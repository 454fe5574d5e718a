package io.sluice.control.config.type;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.IpRange;
import java.util.Map;

/** One address, or a range of them: {@code 10.0.0.6-10.0.0.9}. */
public final class AddressRangeType extends ScalarType<IpRange> {
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
