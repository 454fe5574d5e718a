package io.sluice.program.admin.http;

import com.unboundid.asn1.ASN1Element;
import com.unboundid.asn1.ASN1Exception;
import com.unboundid.asn1.ASN1ObjectIdentifier;
import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.asn1.ASN1Sequence;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.util.ssl.cert.CertException;
import com.unboundid.util.ssl.cert.ExtendedKeyUsageExtension;
import com.unboundid.util.ssl.cert.ExtendedKeyUsageID;
import com.unboundid.util.ssl.cert.SignatureAlgorithmIdentifier;
import com.unboundid.util.ssl.cert.SubjectAlternativeNameExtension;
import com.unboundid.util.ssl.cert.X509Certificate;
import com.unboundid.util.ssl.cert.X509CertificateExtension;
import io.sluice.control.config.model.TlsIdentity;
import io.sluice.control.tls.PemIdentity;
import io.sluice.ringbuffers.ip.Ip;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the admin API shows of itself in TLS: the configured certificate, or one that it made. One thread. */
final class Certificate {
    private static final Logger LOG = LoggerFactory.getLogger(Certificate.class);
    private static final String OWN = "admin.p12";
    private static final String ALIAS = "sluice";
    /** The file's mode protects it; PKCS #12 wants a password all the same. */
    private static final String STORE_PASSWORD = "sluice-admin";
    private static final Duration VALID = Duration.ofDays(3650);
    /** Tags of GeneralName (RFC 5280, 4.2.1.6). */
    private static final byte DNS_NAME = (byte) 0x82;
    private static final byte IP_ADDRESS = (byte) 0x87;

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

    /** The one in the state directory, made when it is not there or cannot be read. */
    static SSLContext selfSigned(Path stateDirectory, Ip listen) throws IOException {
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

    private static KeyStore own(Path stateDirectory, Ip listen) throws IOException, GeneralSecurityException {
        Path file = stateDirectory.resolve(OWN);
        KeyStore store = Files.exists(file) ? readable(file) : null;
        if (store == null) {
            store = make(listen);
            write(store, file);
        }
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(store.getCertificate(ALIAS).getEncoded());
        LOG.info("admin: self-signed certificate, SHA-256 fingerprint {}",
                HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest));
        return store;
    }

    /** What stands in the file, or null where that is damaged and was put aside: nobody configured it. */
    private static @Nullable KeyStore readable(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, STORE_PASSWORD.toCharArray());
            if (store.isKeyEntry(ALIAS)) {
                return store;
            }
        } catch (IOException | GeneralSecurityException damaged) {
            LOG.debug("{}", file, damaged);
        }
        Path aside = file.resolveSibling(OWN + ".old");
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IOException(file + " is damaged and cannot be put aside: move it and " + aside + " away", e);
        }
        LOG.warn(
                "admin: {} is damaged, or no certificate of ours: it is put aside as {}; a new one is made, browsers will"
                        + " ask about it",
                file, aside.getFileName());
        return null;
    }

    private static KeyStore make(Ip listen) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        Instant now = Instant.now();
        try {
            byte[] made = X509Certificate.generateSelfSignedCertificate(SignatureAlgorithmIdentifier.SHA_256_WITH_ECDSA,
                    keys, new DN("CN=sluice"), now.toEpochMilli(), now.plus(VALID).toEpochMilli(),
                    new X509CertificateExtension(SubjectAlternativeNameExtension.SUBJECT_ALTERNATIVE_NAME_OID, false,
                            new ASN1Sequence(names(listen)).encode()),
                    new X509CertificateExtension(ExtendedKeyUsageExtension.EXTENDED_KEY_USAGE_OID, false,
                            new ASN1Sequence(new ASN1ObjectIdentifier(
                                    ExtendedKeyUsageID.TLS_SERVER_AUTHENTICATION.getOID())).encode()))
                    .getX509CertificateBytes();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, keys.getPrivate(), STORE_PASSWORD.toCharArray(),
                    new java.security.cert.Certificate[]{CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(made))});
            return store;
        } catch (ASN1Exception | CertException | LDAPException e) {
            throw new GeneralSecurityException("no certificate could be made: " + e.getMessage(), e);
        }
    }

    /** The file is there whole or not at all. */
    private static void write(KeyStore store, Path file) throws IOException, GeneralSecurityException {
        Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".admin", ".p12",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (OutputStream out = Files.newOutputStream(fresh)) {
                store.store(out, STORE_PASSWORD.toCharArray());
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** GeneralNames of RFC 5280, 4.2.1.6. */
    private static List<ASN1Element> names(Ip listen) throws IOException {
        List<ASN1Element> names = new ArrayList<>(List.of(new ASN1OctetString(DNS_NAME, "localhost"),
                new ASN1OctetString(IP_ADDRESS, new byte[]{127, 0, 0, 1})));
        if (!listen.isAny() && !listen.isLoopback()) {
            names.add(new ASN1OctetString(IP_ADDRESS, listen.toBytes()));
        }
        String host = hostName();
        if (host.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
            names.add(new ASN1OctetString(DNS_NAME, host));
        }
        return names;
    }

    private static String hostName() throws IOException {
        Path file = Path.of("/proc/sys/kernel/hostname");
        return Files.isReadable(file) ? Files.readAllLines(file).getFirst().strip() : "";
    }
}
