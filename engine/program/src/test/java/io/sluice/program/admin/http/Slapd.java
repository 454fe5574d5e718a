package io.sluice.program.admin.http;

import static org.awaitility.Awaitility.await;

import io.sluice.program.daemon.RunningDaemon;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.Openssl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;

/**
 * Debian's slapd with four users: ann (operators), vic (viewers), uli (operators, by memberUid) sam (no group) and
 * eve (no group; her mail address is uli's name); every
 * password is the name and "'s password".
 */
final class Slapd implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/slapd");
    private static final String ENTRIES = """
            dn: dc=example
            objectClass: dcObject
            objectClass: organization
            dc: example
            o: Example

            dn: cn=reader,dc=example
            objectClass: organizationalRole
            objectClass: simpleSecurityObject
            cn: reader
            userPassword: reader's password

            %s
            dn: cn=operators,dc=example
            objectClass: groupOfNames
            cn: operators
            member: uid=ann,dc=example

            dn: cn=viewers,dc=example
            objectClass: groupOfNames
            cn: viewers
            member: uid=vic,dc=example

            dn: cn=unix-operators,dc=example
            objectClass: posixGroup
            cn: unix-operators
            gidNumber: 1
            memberUid: uli
            """;

    final int port = FreePort.next();
    final int tlsPort = FreePort.next();
    private final Process process;

    /** @param directory empty; gets {@code ldap.pem}, the certificate, which is for localhost only */
    Slapd(Path directory) throws Exception {
        Assertions.assertThat(PROGRAM).as("this test needs a directory: apt-get install slapd").exists();
        Openssl.certificate(directory, "ldap", "rsa:2048", "DNS:localhost");
        Path settings = Files.writeString(directory.resolve("slapd.conf"), """
                include /etc/ldap/schema/core.schema
                include /etc/ldap/schema/cosine.schema
                include /etc/ldap/schema/inetorgperson.schema
                include /etc/ldap/schema/nis.schema
                modulepath /usr/lib/ldap
                moduleload back_mdb
                pidfile %1$s/pid
                TLSCertificateFile %1$s/ldap.pem
                TLSCertificateKeyFile %1$s/ldap.key
                database mdb
                suffix "dc=example"
                directory %1$s/data
                access to attrs=userPassword by anonymous auth by * none
                access to * by users read by * none
                """.formatted(directory));
        Files.createDirectory(directory.resolve("data"));
        Path entries = Files.writeString(directory.resolve("entries.ldif"), ENTRIES.formatted(
                String.join("", List.of("ann", "vic", "uli", "sam").stream().map(Slapd::person).toList())
                        + person("eve", "uli")));
        Process load = start(directory, "slapadd", "-f", settings.toString(), "-l", entries.toString());
        if (!load.waitFor(60, TimeUnit.SECONDS) || load.exitValue() != 0) {
            throw new IOException("slapadd: " + Files.readString(directory.resolve("slapadd.log")));
        }
        process = start(directory, "slapd", "-f", settings.toString(), "-d", "0", "-h",
                "ldap://127.0.0.1:" + port + "/ ldaps://127.0.0.1:" + tlsPort + "/");
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        });
    }

    private static Process start(Path directory, String program, String... arguments) throws IOException {
        var command = new java.util.ArrayList<>(List.of("/usr/sbin/" + program));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve(program + ".log").toFile()).start();
    }

    static String password(String name) {
        return name + "'s password";
    }

    private static String person(String name) {
        return person(name, name + "@example.org");
    }

    private static String person(String name, String mail) {
        return """
                dn: uid=%1$s,dc=example
                objectClass: inetOrgPerson
                uid: %1$s
                cn: %1$s
                sn: %1$s
                mail: %3$s
                userPassword: %2$s

                """.formatted(name, password(name), mail);
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
