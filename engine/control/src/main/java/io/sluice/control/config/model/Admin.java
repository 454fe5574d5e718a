package io.sluice.control.config.model;

import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The admin API and web UI (HTTPS).
 *
 * @param usersFile null: {@code users} in the state directory
 * @param tls null: a self-signed certificate made at first start
 * @param ldap null: only the users file lets people in
 * @param stated whether the file names {@code listen}: if not, a port that is taken is a warning, not an error
 */
public record Admin(Endpoint listen, @Nullable Path usersFile, @Nullable TlsIdentity tls,
        @Nullable Ldap ldap, boolean stated) {
    /** On the loopback interface. */
    public static final Admin STANDARD = new Admin(new Endpoint(Ip.parse("127.0.0.1"), 9443),
            null, null, null, false);
}
