package io.sluice.control.config.checks;

import io.sluice.control.config.model.Admin;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServerTls;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.model.TlsIdentity;
import io.sluice.control.tls.PemIdentity;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Whether certificates and keys can be used, and belong together. */
final class TlsChecks {
    private static final String TLS = "tls";

    private TlsChecks() {
    }

    static void run(Look look) {
        for (ServiceConfiguration service : look.configuration().services()) {
            check(service.tls(), look, "services", service.name(), TLS);
            for (ServerConfiguration server : service.servers()) {
                ServerTls tls = server.tls();
                check(tls == null ? null : tls.identity(), look, "services", service.name(), "servers", server.name(),
                        TLS, "client");
            }
        }
        Admin admin = look.configuration().admin();
        check(admin == null ? null : admin.tls(), look, "admin", TLS);
    }

    private static void check(@Nullable TlsIdentity identity, Look look, String... path) {
        if (identity == null) {
            return;
        }
        try {
            PemIdentity.managers(identity.certificate(), identity.key());
        } catch (IOException unusable) {
            look.error(path[path.length - 1] + ": " + unusable.getMessage()
                    + " (allowed: a PEM certificate and its own key)", path);
        }
    }
}
