package io.sluice.program.cli;

import io.sluice.control.api.Command;
import io.sluice.control.api.Control;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code SERVICE/SERVER} as typed; the server may be {@code *}.
 *
 * @param service name of the virtual service
 * @param server name of the real server, or {@link Control#EVERY_SERVER}
 */
record ServerName(String service, String server) {
    boolean every() {
        return server.equals(Command.EVERY_SERVER);
    }

    @Override
    public String toString() {
        return service + "/" + server;
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<ServerName> {
        @Override
        public ServerName convert(String text) {
            int slash = text.lastIndexOf('/');
            if (slash <= 0 || slash == text.length() - 1) {
                throw new TypeConversionException("'" + text + "' is not SERVICE/SERVER, like web/web1, or 'web/*' for"
                        + " every server of web");
            }
            return new ServerName(text.substring(0, slash), text.substring(slash + 1));
        }
    }
}
