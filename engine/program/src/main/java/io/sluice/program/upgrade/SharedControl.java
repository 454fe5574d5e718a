package io.sluice.program.upgrade;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.api.Explanation;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Status;
import io.sluice.control.config.model.Configuration;
import io.sluice.program.admin.ControlClient;
import io.sluice.program.admin.Request;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control of this daemon, which passes on what concerns connections to processes that drain after an upgrade: halt
 * and kick must reach theirs too. Any thread.
 */
public final class SharedControl implements Control {
    private static final Logger LOG = LoggerFactory.getLogger(SharedControl.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Control here;
    private final Path stateDirectory;

    public SharedControl(Control here, Path stateDirectory) {
        this.here = here;
        this.stateDirectory = stateDirectory;
    }

    /** Where a process that drains can be asked and told. */
    public static Path socketOfDraining(Path stateDirectory, long pid) {
        return stateDirectory.resolve("control-" + pid + ".sock");
    }

    /** Ends every process that drains, at once. */
    public void stopDraining() {
        forward(new Request.Stop(false));
    }

    @Override
    public Outcome administer(String service, String server, AdminState state) {
        Outcome outcome = here.administer(service, server, state);
        if (outcome instanceof Outcome.Done) {
            forward(new Request.Administer(service, server, state));
        }
        return outcome;
    }

    @Override
    public Outcome change(String service, String server, ServerChange change, Predicate<Status.ServerStatus> asSeen) {
        Outcome outcome = here.change(service, server, change, asSeen);
        AdminState state = change.admin();
        if (outcome instanceof Outcome.Done && state != null) {
            forward(new Request.Administer(service, server, state));
        }
        return outcome;
    }

    @Override
    public Outcome kick(KickFilter filter) {
        Outcome outcome = here.kick(filter);
        if (outcome instanceof Outcome.Done) {
            Ip client = filter.client();
            forward(new Request.Kick(filter.service(), filter.server(),
                    client == null ? null : client.toString(), filter.connectionId()));
        }
        return outcome;
    }

    private void forward(Request request) {
        for (Path socket : draining()) {
            try (ControlClient client = ControlClient.connectTo(socket, PATIENCE)) {
                client.ask(request);
            } catch (ControlClient.Unreachable gone) {
                LOG.debug("{}: {}", socket, gone.text());
                if (gone.nobodyThere()) {
                    forget(socket);
                }
            }
        }
    }

    private static void forget(Path socket) {
        try {
            Files.deleteIfExists(socket); // left by a process that was killed
        } catch (IOException e) {
            LOG.debug("{} stays behind: {}", socket, e.toString());
        }
    }

    private List<Path> draining() {
        List<Path> sockets = new ArrayList<>();
        Path own = socketOfDraining(stateDirectory, ProcessHandle.current().pid());
        try (DirectoryStream<Path> found = Files.newDirectoryStream(stateDirectory, "control-*.sock")) {
            found.forEach(sockets::add);
        } catch (IOException e) {
            LOG.warn("processes that drain cannot be found in {}: {}", stateDirectory, e.toString());
        }
        sockets.remove(own);
        return sockets;
    }

    // ---- what concerns this process alone ----

    @Override
    public Status status() {
        return here.status();
    }

    @Override
    public Outcome reload() {
        return here.reload();
    }

    @Override
    public Outcome plan(@Nullable Path file) {
        return here.plan(file);
    }

    @Override
    public Outcome plan(Configuration next) {
        return here.plan(next);
    }

    @Override
    public Outcome weight(String service, String server, @Nullable Integer weight) {
        return here.weight(service, server, weight);
    }

    @Override
    public Explanation explain(Ip client, int port, String service) {
        return here.explain(client, port, service);
    }

    @Override
    public List<Event> events(long afterSequence) {
        return here.events(afterSequence);
    }

    @Override
    public void note(Event.Kind kind, String subject, String text) {
        here.note(kind, subject, text);
    }

    @Override
    public void stop(boolean drain) {
        here.stop(drain);
    }
}
