package io.sluice.control.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A certificate with its chain and its key, out of PEM files. Any thread. */
public final class PemIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(PemIdentity.class);
    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");
    /** The store stays in memory; it wants a password all the same. */
    private static final char[] PASSWORD = "sluice".toCharArray();

    private PemIdentity() {
    }

    /**
     * Ready for an {@link javax.net.ssl.SSLContext}.
     *
     * @throws IOException that says which file cannot be used, why, and what to do
     */
    public static KeyManager[] managers(Path certificate, Path key) throws IOException {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(read(certificate, key), PASSWORD);
            return keys.getKeyManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + ": " + e.getMessage(), e);
        }
    }

    private static KeyStore read(Path certificateFile, Path keyFile) throws IOException, GeneralSecurityException {
        Certificate[] chain;
        try (InputStream in = Files.newInputStream(certificateFile)) {
            chain = CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(Certificate[]::new);
        }
        if (chain.length == 0) {
            throw new IOException(certificateFile + ": no certificate in it; want PEM");
        }
        PrivateKey key = key(keyFile);
        if (!belongs(key, chain[0].getPublicKey())) {
            throw new IOException(keyFile + ": not the key of the first certificate in " + certificateFile
                    + "; the server's own comes first, then those that signed it");
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", key, PASSWORD, chain);
        return store;
    }

    private static boolean belongs(PrivateKey key, PublicKey wanted) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "EdDSA";
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update((byte) 1);
            byte[] signed = signature.sign();
            signature.initVerify(wanted);
            signature.update((byte) 1);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException another) {
            LOG.debug("{}", another.toString());
            return false;
        }
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(file));
        if (!pem.find()) {
            throw new IOException(file + ": no unencrypted PKCS #8 key in it; turn another form into one with:"
                    + " openssl pkcs8 -topk8 -nocrypt -in " + file + " -out NEW");
        }
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException another) {
                LOG.debug("{} holds no {} key", file, algorithm);
            }
        }
        throw new IOException(file + ": the key is none of " + String.join(", ", ALGORITHMS));
    }
}
