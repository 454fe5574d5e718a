package io.sluice.control.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates are believed: anyone's, those that a file's authorities signed, or the JDK's. Any thread. */
public final class Trust {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final TrustManager[] ANYONE = {new Anyone()};

    private final boolean verify;
    private final @Nullable Path caFile;
    private TrustManager @Nullable [] loaded;
    private @Nullable FileTime loadedFrom;

    /** @param caFile PEM; null: the JDK's authorities */
    public Trust(boolean verify, @Nullable Path caFile) {
        this.verify = verify;
        this.caFile = caFile;
    }

    /**
     * A context with no history: a resumed session would skip the certificate, and its expiry would go unnoticed.
     *
     * @param own what to show of oneself when asked; null: nothing
     * @throws IOException the file cannot be read or holds no certificate
     */
    public SSLContext context(KeyManager @Nullable [] own) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own, managers(), RANDOM);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new IOException(unusable.getMessage(), unusable);
        }
    }

    /** Read again when the file changed. */
    private synchronized TrustManager[] managers() throws IOException, GeneralSecurityException {
        if (!verify) {
            return ANYONE;
        }
        FileTime modified = caFile == null ? null : modified(caFile);
        TrustManager[] managers = loaded;
        if (managers == null || (modified != null && !modified.equals(loadedFrom))) {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(caFile == null ? null : authorities(caFile));
            managers = factory.getTrustManagers();
            loaded = managers;
            loadedFrom = modified;
        }
        return managers;
    }

    private static FileTime modified(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file);
        } catch (NoSuchFileException missing) {
            throw new IOException("it does not exist", missing);
        }
    }

    private static KeyStore authorities(Path file) throws IOException, GeneralSecurityException {
        Collection<? extends Certificate> certificates;
        try (InputStream in = Files.newInputStream(file)) {
            certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
        if (certificates.isEmpty()) {
            throw new IOException("it holds no PEM certificate");
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        for (Certificate certificate : certificates) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        return store;
    }

    /** Accepts every certificate; the extended class, as the JDK adds checks of its own around the plain interface. */
    private static final class Anyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
