package io.sluice.perftests.contender;

import io.sluice.perftests.host.OwnProcess;
import io.sluice.perftests.host.Shell;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** nginx's stream module, one worker, for TCP and UDP. */
final class NginxStream implements Contender {
    private static final String[] MODULES = {"/usr/lib/nginx/modules/ngx_stream_module.so",
        "/usr/lib64/nginx/modules/ngx_stream_module.so"};

    private static final int MOST_DESCRIPTORS = 260_000;

    private final String name;

    NginxStream(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String describe() {
        try {
            return Shell.run("nginx", "-v").strip().replace("nginx version: ", "") + " stream, 1 worker";
        } catch (IOException e) {
            return "nginx (not installed)";
        }
    }

    @Override
    public Optional<String> missing(Topology topology) {
        return Absent.unlessOnPath("nginx", "nginx libnginx-mod-stream")
                .or(() -> Absent.unlessAnyFile("libnginx-mod-stream", "nginx's stream module", MODULES));
    }

    @Override
    public boolean carries(Work work) {
        return true;
    }

    @Override
    public Running start(Situation situation) throws IOException {
        long descriptors = Math.min(OwnProcess.descriptorLimit(), MOST_DESCRIPTORS);
        Path folder = Files.createDirectories(situation.folder().resolve("nginx"));
        Map<Work, InetSocketAddress> fronts = new EnumMap<>(Work.class);
        StringBuilder text = new StringBuilder();
        for (String module : MODULES) {
            if (Files.exists(Path.of(module))) {
                text.append("load_module ").append(module).append(";\n");
                break;
            }
        }
        text.append("""
                worker_processes 1;
                worker_rlimit_nofile %d;
                daemon off;
                user root;
                pid %s/nginx.pid;
                error_log %s/error.log crit;
                events { worker_connections %d; multi_accept on; }
                stream {
                  access_log off;
                  proxy_connect_timeout 5s;
                """.formatted(descriptors, folder, folder, descriptors));
        for (Work work : Work.values()) {
            InetSocketAddress front = Fronts.free(situation, work);
            fronts.put(work, front);
            text.append("  upstream ").append(work.word).append(" {\n");
            for (InetSocketAddress server : Fronts.servers(situation, work)) {
                text.append("    server ").append(Fronts.text(server)).append(";\n");
            }
            text.append("  }\n  server {\n    listen ").append(Fronts.text(front))
                    .append(work.udp() ? " udp" : " backlog=65535").append(";\n    proxy_pass ").append(work.word)
                    .append(";\n");
            text.append("    proxy_timeout ").append(work.udp() ? "60s" : "1h").append(";\n");
            if (work.responses > 0) {
                text.append("    proxy_responses ").append(work.responses).append(";\n");
            }
            text.append("  }\n");
        }
        text.append("}\n");
        Path file = folder.resolve("nginx.conf");
        Files.writeString(file, text);
        return Program.start(name, situation, List.of("nginx", "-c", file.toString(), "-p", folder.toString()),
                Map.of(), fronts, null);
    }
}
