package io.sluice.program.cli;

import io.sluice.control.config.model.Addresses;
import io.sluice.control.config.model.Network;
import java.net.InetAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 192.0.2.7}, {@code 192.0.2.0/24} or {@code 2001:db8::/32} from the command line. */
final class Networks implements ITypeConverter<Network> {
    @Override
    public Network convert(String text) {
        int slash = text.indexOf('/');
        InetAddress address = Addresses.parse(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is neither an IP address nor a network"
                        + " like 192.0.2.0/24"));
        int bits = address.getAddress().length * 8;
        try {
            return new Network(address, slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + text + "' has no prefix of 0.." + bits + " bits");
        }
    }
}
