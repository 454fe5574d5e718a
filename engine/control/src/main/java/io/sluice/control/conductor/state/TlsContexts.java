package io.sluice.control.conductor.state;

import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServerTls;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.model.TlsIdentity;
import io.sluice.control.tls.PeerName;
import io.sluice.control.tls.PemIdentity;
import io.sluice.control.tls.Trust;
import io.sluice.dataplane.service.Encryption;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a configuration's services and servers. The files are read anew with each configuration, so that a reload
 * takes up a renewed certificate. Conductor's thread.
 */
final class TlsContexts {
    private final Map<String, Encryption> clients = new HashMap<>();
    private final Map<ServerKey, Encryption> servers = new HashMap<>();
    /** Contexts are shared: the servers of a service mostly agree about whom to trust. */
    private final Map<ServerTls, SSLContext> contexts = new HashMap<>();

    /** @throws IOException that says which service or server, which file, and why it cannot be used */
    TlsContexts(Configuration configuration) throws IOException {
        for (ServiceConfiguration service : configuration.services()) {
            TlsIdentity identity = service.tls();
            if (identity != null) {
                clients.put(service.name(), towardsClients("service " + service.name(), identity));
            }
            for (ServerConfiguration server : service.servers()) {
                ServerTls tls = server.tls();
                if (tls != null) {
                    ServerKey key = new ServerKey(service.name(), server.name());
                    servers.put(key, towards(server, tls, "server " + key));
                }
            }
        }
    }

    @Nullable
    Encryption of(ServiceConfiguration service) {
        return clients.get(service.name());
    }

    @Nullable
    Encryption of(ServerKey server) {
        return servers.get(server);
    }

    private static Encryption towardsClients(String whose, TlsIdentity identity) throws IOException {
        SSLContext context;
        try {
            context = SSLContext.getInstance("TLS");
            context.init(PemIdentity.managers(identity.certificate(), identity.key()), null, null);
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException(whose + ": tls: " + e.getMessage(), e);
        }
        return () -> {
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            return engine;
        };
    }

    private Encryption towards(ServerConfiguration server, ServerTls tls, String whose) throws IOException {
        SSLContext known = contexts.get(tls);
        SSLContext context = known != null ? known : context(tls, whose);
        contexts.put(tls, context);
        String host = tls.host() != null ? tls.host() : server.address().address().toString();
        int port = server.address().port();
        SSLParameters parameters = context.getDefaultSSLParameters();
        try {
            PeerName.expect(parameters, Ip.isAddress(host) ? null : host, tls.verifyCertificate());
        } catch (SSLException e) {
            throw new IOException(whose + ": tls: " + e.getMessage(), e);
        }
        return () -> {
            SSLEngine engine = context.createSSLEngine(host, port);
            engine.setUseClientMode(true);
            engine.setSSLParameters(parameters);
            return engine;
        };
    }

    private static SSLContext context(ServerTls tls, String whose) throws IOException {
        TlsIdentity own = tls.identity();
        try {
            KeyManager[] shown = own == null ? null : PemIdentity.managers(own.certificate(), own.key());
            return new Trust(tls.verifyCertificate(), tls.caFile()).context(shown);
        } catch (IOException e) {
            throw new IOException(whose + ": tls: " + e.getMessage(), e);
        }
    }
}
