package io.sluice.control.config.type;

import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.PortSet;
import io.sluice.ringbuffers.ip.Ip;
import java.util.Map;

/** An address with one or more ports: {@code IP:PORT}, {@code IP:LOW-HIGH}, {@code IP:[80,443,8000-8010]}. */
public final class ListenType extends ScalarType<Listen> {
    @Override
    Listen parse(String text, boolean plain) throws Unreadable {
        int colon = text.indexOf(':');
        if (colon == 0 || text.startsWith("*:")) {
            throw new Unreadable(Message.quote(text) + " has no address", "0.0.0.0" + text.substring(colon));
        }
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
