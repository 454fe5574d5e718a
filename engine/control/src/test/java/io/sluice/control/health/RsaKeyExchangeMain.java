package io.sluice.control.health;

import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.tls.RsaKeyExchange;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * In a process of its own, as the JDK looks once at what it forbids: what TLS uses by itself; then, for each port, how
 * a check ends that allows RSA key exchange, and how one that does not.
 */
final class RsaKeyExchangeMain {
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("permit")) {
            RsaKeyExchange.permit();
        }
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        System.out.println(List.of(engine.getEnabledCipherSuites()));
        engine.setUseClientMode(true);
        System.out.println(List.of(engine.getEnabledCipherSuites()));
        for (String port : List.of(arguments).subList(1, arguments.length)) {
            for (boolean allowed : new boolean[]{true, false}) {
                System.out.println(Recorder.once(Recorder.local(Integer.parseInt(port)), new HealthCheck.Tls(0, null,
                        new HealthCheck.Secured(false, null, allowed), 0, Recorder.QUICK)).detail());
            }
        }
    }
}
