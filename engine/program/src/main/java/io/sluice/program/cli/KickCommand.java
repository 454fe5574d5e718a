package io.sluice.program.cli;

import io.sluice.control.api.Command;
import io.sluice.program.build.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code sluice kick}. */
@picocli.CommandLine.Command(name = "kick", description = "Closes the connections that match; clients may connect again at once.", footerHeading = "%nExamples:%n", footer = {
    "  sluice kick --id 4711                   the connection that 'sluice connections' lists so",
    "  sluice kick --client 192.0.2.7          every connection of this client",
    "  sluice kick -s web --server web1        every connection to this server"})
final class KickCommand extends ChangeCommand {
    @Option(names = "--id", paramLabel = "ID", description = "The connection with this id.")
    private long id;

    @Option(names = {"-s", "--service"}, paramLabel = "SERVICE", description = "Connections of this virtual service.")
    private @Nullable String service;

    @Option(names = "--server", paramLabel = "SERVER", description = "Connections to this real server; needs -s.")
    private @Nullable String server;

    @Option(names = "--client", paramLabel = "ADDRESS", description = "Connections of this client.")
    private @Nullable String client;

    @Option(names = "--all", description = "Every connection of every service.")
    private boolean all;

    @Override
    public Integer call() {
        boolean narrowed = id != 0 || service != null || server != null || client != null;
        if (narrowed == all) {
            throw Failure.usage(all
                    ? "--all cannot be combined with a filter"
                    : "say which: --id, -s, --server, --client, or --all for every connection");
        }
        if (server != null && service == null) {
            throw Failure.usage("--server needs -s SERVICE: names of servers are unique within a service only");
        }
        change(new Command.Kick(service, server, client, id));
        return ExitCode.OK;
    }
}
