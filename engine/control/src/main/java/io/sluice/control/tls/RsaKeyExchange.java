package io.sluice.control.tls;

import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;

/**
 * TLS 1.2 with RSA key exchange, which has no forward secrecy and which the JDK forbids everywhere: here it is allowed
 * for one connection at a time, for servers that know nothing better. Any thread.
 *
 * <p>
 * The JDK forbids by a property of the whole process that it reads once, when TLS is first used. {@link #permit} takes
 * these suites off that list, and names the suites that every connection uses unless it is told otherwise, which are
 * the JDK's own: so nothing changes for anybody but those that ask.
 */
public final class RsaKeyExchange {
    private static final String FORBIDDEN = "jdk.tls.disabledAlgorithms";
    private static final String FAMILY = "TLS_RSA_*";
    private static final String PREFIX = "TLS_RSA_WITH_AES_";
    /** What JDK 25 uses by itself, in its order. */
    private static final String STANDARD_SUITES = """
            TLS_AES_256_GCM_SHA384
            TLS_AES_128_GCM_SHA256
            TLS_CHACHA20_POLY1305_SHA256
            TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
            TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
            TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
            TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
            TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
            TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
            TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
            TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256
            TLS_DHE_DSS_WITH_AES_256_GCM_SHA384
            TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
            TLS_DHE_DSS_WITH_AES_128_GCM_SHA256
            TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
            TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
            TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
            TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
            TLS_DHE_RSA_WITH_AES_256_CBC_SHA256
            TLS_DHE_DSS_WITH_AES_256_CBC_SHA256
            TLS_DHE_RSA_WITH_AES_128_CBC_SHA256
            TLS_DHE_DSS_WITH_AES_128_CBC_SHA256
            TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
            TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
            TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
            TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
            TLS_DHE_RSA_WITH_AES_256_CBC_SHA
            TLS_DHE_DSS_WITH_AES_256_CBC_SHA
            TLS_DHE_RSA_WITH_AES_128_CBC_SHA
            TLS_DHE_DSS_WITH_AES_128_CBC_SHA
            TLS_EMPTY_RENEGOTIATION_INFO_SCSV
            """.strip().replace('\n', ',');

    private RsaKeyExchange() {
    }

    /** At the start of a process, before anything else uses TLS. What administrators said of TLS themselves stays. */
    public static void permit() {
        String forbidden = Security.getProperty(FORBIDDEN);
        if (forbidden == null || Arrays.stream(forbidden.split(",")).noneMatch(word -> word.strip().equals(FAMILY))) {
            return;
        }
        for (String side : List.of("client", "server")) {
            String property = "jdk.tls." + side + ".cipherSuites";
            if (System.getProperty(property) == null) {
                System.setProperty(property, STANDARD_SUITES);
            }
        }
        Security.setProperty(FORBIDDEN, Arrays.stream(forbidden.split(",")).map(String::strip)
                .filter(word -> !word.equals(FAMILY)).collect(Collectors.joining(", ")));
    }

    /** Offers it too, last of all. */
    public static void allow(SSLSocket socket) {
        List<String> suites = new ArrayList<>(List.of(socket.getEnabledCipherSuites()));
        Arrays.stream(socket.getSupportedCipherSuites()).filter(suite -> suite.startsWith(PREFIX))
                .filter(suite -> !suites.contains(suite)).forEach(suites::add);
        socket.setEnabledCipherSuites(suites.toArray(String[]::new));
    }
}
