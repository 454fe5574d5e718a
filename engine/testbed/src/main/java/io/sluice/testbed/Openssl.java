package io.sluice.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates made by the openssl command, as users make theirs. */
public final class Openssl {
    private static final String PASSWORD = "test";

    private Openssl() {
    }

    /** Writes {@code NAME.pem} and {@code NAME.key}: self-signed, for the subject's alternative names. */
    public static void certificate(Path directory, String name, String kind, String names) throws IOException {
        List<String> key = kind.equals("ec")
                ? List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
                : List.of("-newkey", kind);
        List<String> arguments = new ArrayList<>(List.of("req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=" + name,
                "-addext", "subjectAltName=" + names, "-keyout", directory.resolve(name + ".key").toString(), "-out",
                directory.resolve(name + ".pem").toString()));
        arguments.addAll(key);
        run(arguments.toArray(String[]::new));
    }

    /** A TLS context that shows what {@link #certificate} made under this name, and trusts whom the JDK trusts. */
    public static SSLContext showing(Path directory, String name) throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store(directory, name), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** A TLS context that trusts what {@link #certificate} made under this name, and nobody else. */
    public static SSLContext trusting(Path directory, String name) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        KeyStore made = store(directory, name);
        trusted.setCertificateEntry(name, made.getCertificate(made.aliases().nextElement()));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore store(Path directory, String name) throws IOException, GeneralSecurityException {
        Path file = directory.resolve(name + ".p12");
        run("pkcs12", "-export", "-in", directory.resolve(name + ".pem").toString(), "-inkey",
                directory.resolve(name + ".key").toString(), "-passout", "pass:" + PASSWORD, "-out", file.toString());
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }

    /** Runs openssl, and fails with what it said. */
    public static void run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(command + ": " + said);
        }
    }
}
