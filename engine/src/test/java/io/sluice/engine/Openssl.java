package io.sluice.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Certificates made by the openssl command, as users make theirs. */
public final class Openssl {
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
