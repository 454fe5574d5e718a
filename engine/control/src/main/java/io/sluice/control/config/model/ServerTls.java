package io.sluice.control.config.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS from the balancer to a real server.
 *
 * @param verifyCertificate whether the server's certificate must be valid
 * @param caFile PEM certificates to trust instead of the JDK's; null: the JDK's
 * @param host SNI and the name the certificate must hold; null: the server's address
 * @param identity what to present when the server asks for a client certificate; null: nothing
 */
public record ServerTls(boolean verifyCertificate, @Nullable Path caFile, @Nullable String host,
        @Nullable TlsIdentity identity) {
}
