package io.sluice.control.health;

import io.sluice.control.config.model.HealthCheck;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** A TLS handshake succeeds, with a certificate that is valid for a while. */
final class TlsProbe implements Probe {
    private final HealthCheck.Tls check;
    private final ProbeSocket socket;
    private final ProbeTls tls;

    TlsProbe(HealthCheck.Tls check, ProbeSocket socket) {
        this.check = check;
        this.socket = socket;
        tls = new ProbeTls(check.tls(), check.host(), socket.to());
    }

    @Override
    public String subject() {
        return "TLS handshake with " + socket.to();
    }

    @Override
    public Outcome run(Attempt attempt) throws IOException {
        SSLContext context = tls.context();
        try (Socket plain = socket.open(attempt); SSLSocket secure = tls.over(plain, context, attempt)) {
            return judged(secure.getSession());
        }
    }

    private Outcome judged(SSLSession session) throws IOException {
        Instant until = Instant.MAX;
        for (Certificate certificate : session.getPeerCertificates()) {
            Instant end = ((X509Certificate) certificate).getNotAfter().toInstant();
            until = end.isBefore(until) ? end : until; // an intermediate one may be the first to expire
        }
        long days = Duration.between(Instant.now(), until).toDays();
        String date = until.atOffset(ZoneOffset.UTC).toLocalDate().toString();
        if (check.daysLeft() > 0 && days < check.daysLeft()) {
            return Outcome.failed("the certificate is valid until " + date + ", for " + days + " days, not for "
                    + check.daysLeft());
        }
        return Outcome.passed(session.getProtocol() + ", certificate valid until " + date + ", for " + days + " days");
    }
}
