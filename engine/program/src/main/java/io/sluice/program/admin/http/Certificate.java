package io.sluice.program.admin.http;

import io.sluice.control.config.model.Addresses;
import io.sluice.control.config.model.TlsIdentity;
import io.sluice.control.tls.PemIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the admin API shows of itself in TLS: the configured certificate, or one that it made. One thread. */
final class Certificate {
    private static final Logger LOG = LoggerFactory.getLogger(Certificate.class);
    private static final String OWN = "admin.p12";
    private static final String ALIAS = "sluice";
    /** The file's mode protects it; PKCS #12 wants a password all the same. */
    private static final String STORE_PASSWORD = "sluice-admin";
    private static final String DAYS = "3650";
    private static final long PATIENCE_S = 120;

    private Certificate() {
    }

    /**
     * The configured one, ready for a server.
     *
     * @throws IOException that says which file, why, and what to do
     */
    static SSLContext of(TlsIdentity configured) throws IOException {
        try {
            return context(PemIdentity.managers(configured.certificate(), configured.key()));
        } catch (GeneralSecurityException e) {
            throw new IOException(configured.certificate() + ": " + e.getMessage(), e);
        }
    }

    /** The one in the state directory, made when it is not there: that takes a second or two. */
    static SSLContext selfSigned(Path stateDirectory, InetAddress listen) throws IOException {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own(stateDirectory, listen), STORE_PASSWORD.toCharArray());
            return context(keys.getKeyManagers());
        } catch (GeneralSecurityException e) {
            throw new IOException(stateDirectory.resolve(OWN) + ": " + e.getMessage(), e);
        }
    }

    private static SSLContext context(KeyManager[] keys) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, null, null);
        return context;
    }

    // ---- one's own ----

    private static KeyStore own(Path stateDirectory, InetAddress listen) throws IOException, GeneralSecurityException {
        Path file = stateDirectory.resolve(OWN);
        if (!Files.exists(file)) {
            make(file, listen);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, STORE_PASSWORD.toCharArray());
        }
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(store.getCertificate(ALIAS).getEncoded());
        LOG.info("admin: self-signed certificate, SHA-256 fingerprint {}",
                HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest));
        return store;
    }

    /** The JDK has no public API that makes certificates; its keytool does. */
    private static void make(Path file, InetAddress listen) throws IOException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        if (!Files.isExecutable(keytool)) {
            throw new IOException(keytool + " is not there to make a certificate: use a full JDK, or name your own in"
                    + " admin.tls");
        }
        Path nursery = Files.createTempDirectory(file.toAbsolutePath().getParent(), ".admin",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path fresh = nursery.resolve(OWN);
        try {
            List<String> command = List.of(keytool.toString(), "-genkeypair", "-alias", ALIAS, "-keyalg", "EC",
                    "-groupname", "secp256r1", "-sigalg", "SHA256withECDSA", "-validity", DAYS, "-dname", "CN=sluice",
                    "-ext", "san=" + names(listen), "-ext", "eku=serverAuth", "-storetype", "PKCS12", "-keystore",
                    fresh.toString(), "-storepass", STORE_PASSWORD);
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("keytool made no certificate: " + said.strip());
            }
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while keytool made a certificate", e);
        } finally {
            Files.deleteIfExists(fresh);
            Files.delete(nursery);
        }
    }

    private static String names(InetAddress listen) throws IOException {
        List<String> names = new ArrayList<>(List.of("dns:localhost", "ip:127.0.0.1"));
        if (!listen.isAnyLocalAddress() && !listen.isLoopbackAddress()) {
            names.add("ip:" + Addresses.text(listen));
        }
        String host = hostName();
        if (host.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
            names.add("dns:" + host);
        }
        return String.join(",", names);
    }

    private static String hostName() throws IOException {
        Path file = Path.of("/proc/sys/kernel/hostname");
        return Files.isReadable(file) ? Files.readString(file).strip() : "";
    }
}
