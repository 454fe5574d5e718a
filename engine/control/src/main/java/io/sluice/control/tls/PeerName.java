package io.sluice.control.tls;

import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** The name that a server is asked for by SNI, and that its certificate must hold. Any thread. */
public final class PeerName {
    private PeerName() {
    }

    /**
     * Asks for the name, and has the certificate compared with it where that is verified.
     *
     * @param name null: the server is known by its address, which is never sent (RFC 6066 section 3)
     * @throws SSLException when it is no name that can be sent
     */
    public static void expect(SSLParameters parameters, @Nullable String name, boolean verify) throws SSLException {
        if (name != null) {
            try {
                parameters.setServerNames(List.of(new SNIHostName(name)));
            } catch (IllegalArgumentException notAName) {
                throw new SSLException("host " + name + " cannot be sent as SNI: " + notAName.getMessage(), notAName);
            }
        }
        if (verify) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
    }
}
