package io.sluice.program.cli;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.Prefix;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 192.0.2.7}, {@code 192.0.2.0/24} or {@code 2001:db8::/32} from the command line. */
final class Networks implements ITypeConverter<Prefix> {
    @Override
    public Prefix convert(String text) {
        int slash = text.indexOf('/');
        Ip address = Ip.find(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is neither an IP address nor a network"
                        + " like 192.0.2.0/24"));
        try {
            return slash < 0 ? Prefix.of(address) : new Prefix(address, Integer.parseInt(text.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + text + "' has no prefix of 0.." + address.bits() + " bits");
        }
    }
}
