package io.sluice.control.health;

import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.tls.PeerName;
import io.sluice.control.tls.RsaKeyExchange;
import io.sluice.control.tls.Trust;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** How probes of one server speak TLS. Each on its own thread; the authorities' file alone is shared. */
final class ProbeTls {
    private final HealthCheck.Secured secured;
    private final @Nullable String host;
    private final Endpoint to;
    private final Trust trust;

    /** @param host to ask for, with or without a port; null: the server is known by its address */
    ProbeTls(HealthCheck.Secured secured, @Nullable String host, Endpoint to) {
        this.secured = secured;
        this.host = host == null ? null : host.replaceFirst(":\\d+$", "");
        this.to = to;
        trust = new Trust(secured.verifyCertificate(), secured.caFile());
    }

    /** One for probes that may speak in clear. */
    static @Nullable ProbeTls of(HealthCheck.@Nullable Secured secured, @Nullable String host, Endpoint to) {
        return secured == null ? null : new ProbeTls(secured, host, to);
    }

    /** A context of its own for each probe: nothing is resumed. Before the server is bothered. */
    SSLContext context() throws IOException {
        try {
            return trust.context(null);
        } catch (IOException unreadable) {
            throw new CannotAsk("cannot use ca-file " + secured.caFile() + ": " + unreadable.getMessage(), unreadable);
        }
    }

    /** Shakes hands over a connection, which is closed with what this answers. */
    SSLSocket over(Socket plain, SSLContext context, Attempt attempt) throws IOException {
        String peer = host != null ? host : to.address().toString();
        SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(plain, peer, plain.getPort(), true);
        SSLParameters parameters = secure.getSSLParameters();
        PeerName.expect(parameters, host != null && !Ip.isAddress(host) ? host : null, secured.verifyCertificate());
        secure.setSSLParameters(parameters);
        if (secured.rsaKeyExchange()) {
            RsaKeyExchange.allow(secure);
        }
        attempt.await("TLS handshake");
        secure.startHandshake();
        return secure;
    }
}
