package io.sluice.program.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.testbed.Openssl;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A certificate of one's own, as openssl makes it. */
class AdminCertificateTest {
    private static final String SERVICES = "services: { web: { listen: '127.0.0.1:$port', servers: {"
            + " one: '127.0.0.1:$one' } } }";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Tag("peer")
    @ParameterizedTest
    @ValueSource(strings = {"ec", "rsa:2048", "ed25519"})
    void the_configured_certificate_is_shown(String kind) throws Exception {
        Openssl.certificate(directory, "own", kind, "IP:127.0.0.1");
        try (AdminDaemon sluice = new AdminDaemon(SERVICES, tls("own.pem", "own.key"));
                HttpClient trusts = trusting(directory.resolve("own.pem"))) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(sluice.url("/"))).timeout(Duration.ofSeconds(60))
                    .build();
            assertThat(trusts.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            assertThat(sluice.daemon.directory.resolve("state/admin.p12")).doesNotExist();
            Openssl.certificate(directory, "other", "ec", "IP:127.0.0.1");
            try (HttpClient doubts = trusting(directory.resolve("other.pem"))) {
                assertThatThrownBy(() -> doubts.send(request, BodyHandlers.ofString()))
                        .isInstanceOf(SSLHandshakeException.class);
            }
        }
    }

    @Tag("peer")
    @Test
    void a_key_of_another_certificate_ends_the_start_with_words() throws Exception {
        Openssl.certificate(directory, "own", "ec", "IP:127.0.0.1");
        Openssl.certificate(directory, "other", "ec", "IP:127.0.0.1");
        assertThatThrownBy(() -> new AdminDaemon(SERVICES, tls("own.pem", "other.key")).close())
                .hasMessageContaining("tls: ").hasMessageContaining("not the key of the first certificate");
    }

    @Tag("peer")
    @Test
    void a_key_in_another_form_is_told_with_the_command_that_turns_it() throws Exception {
        Openssl.certificate(directory, "own", "rsa:2048", "IP:127.0.0.1");
        Openssl.run("rsa", "-traditional", "-in", directory.resolve("own.key").toString(), "-out",
                directory.resolve("old.key").toString());
        assertThatThrownBy(() -> new AdminDaemon(SERVICES, tls("own.pem", "old.key")).close())
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    }

    @Test
    void a_damaged_certificate_of_its_own_is_replaced() throws Exception {
        Path file = Files.writeString(directory.resolve("admin.p12"), "no PKCS #12");
        Ip listen = Ip.parse("192.0.2.7");
        assertThat(Certificate.selfSigned(directory, listen)).isNotNull();
        byte[] made = Files.readAllBytes(file);
        assertThat(Certificate.selfSigned(directory, listen)).isNotNull();
        assertThat(Files.readAllBytes(file)).as("a sound one is kept").isEqualTo(made);
        KeyStore store = KeyStore.getInstance(file.toFile(), "sluice-admin".toCharArray());
        var certificate = (X509Certificate) store.getCertificate("sluice");
        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getSubjectAlternativeNames()).contains(List.of(2, "localhost"), List.of(7, "127.0.0.1"),
                List.of(7, "192.0.2.7"));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).as("and the damaged one beside it").containsExactlyInAnyOrder(file,
                    directory.resolve("admin.p12.old"));
        }
    }

    private String tls(String certificate, String key) {
        return ", tls: { certificate: " + directory.resolve(certificate) + ", key: " + directory.resolve(key) + " }";
    }

    /** Trusts that certificate only, and compares its names with the address. */
    private static HttpClient trusting(Path certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry("own", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1).build();
    }
}
