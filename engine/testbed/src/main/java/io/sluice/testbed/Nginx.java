package io.sluice.testbed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx on a free port of 127.0.0.1, gone when the test is over. */
public final class Nginx implements AutoCloseable {
    private static final int ATTEMPTS = 10;

    public final InetSocketAddress address;
    private final Program program;

    private Nginx(InetSocketAddress address, Program program) {
        this.address = address;
        this.program = program;
    }

    /**
     * Starts it in a folder, to which file names in its configuration refer.
     *
     * @param servers its {@code server} blocks; {@code PORT} stands for its port
     */
    public static Nginx start(Path folder, String servers) throws IOException {
        Path file = folder.resolve("nginx.conf");
        String printed = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) { // the port may be taken in between
            int port = FreePort.next();
            Files.writeString(file, """
                    daemon off; master_process off; pid nginx.pid; error_log stderr;
                    events {}
                    http {
                      access_log off; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
                      uwsgi_temp_path t4; scgi_temp_path t5;
                    """ + servers.replace("PORT", Integer.toString(port)) + "}\n");
            Program program = Program.start(folder, "nginx",
                    List.of("nginx", "-p", folder.toString(), "-c", file.toString()));
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            if (program.accepts(address)) {
                return new Nginx(address, program);
            }
            printed = program.printed();
            program.close();
        }
        throw new AssertionError("nginx does not start: " + printed);
    }

    public int port() {
        return address.getPort();
    }

    public String printed() throws IOException {
        return program.printed();
    }

    @Override
    public void close() {
        program.close();
    }
}
