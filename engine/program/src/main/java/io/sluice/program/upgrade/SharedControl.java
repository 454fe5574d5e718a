package io.sluice.program.upgrade;

import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Question;
import io.sluice.control.config.file.FileReason;
import io.sluice.control.config.model.Configuration;
import io.sluice.program.admin.ControlClient;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control of this daemon, which passes on what concerns connections ({@link Command#forDraining}) to processes that
 * drain after an upgrade: halt and kick must reach theirs too. Any thread.
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
        forward(new Command.Stop(false));
    }

    @Override
    public Outcome tell(Command command, Caller caller) {
        Outcome outcome = here.tell(command, caller);
        Command heard = command.forDraining();
        if (heard != null && outcome instanceof Outcome.Done) {
            forward(heard);
        }
        return outcome;
    }

    private void forward(Command command) {
        for (Path socket : draining()) {
            try (ControlClient client = ControlClient.connectTo(socket, PATIENCE)) {
                client.ask(command);
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
            LOG.warn("processes that drain cannot be found in {}: {}", stateDirectory,
                    FileReason.of(e));
        }
        sockets.remove(own);
        return sockets;
    }

    // ---- what concerns this process alone ----

    @Override
    public <T> T ask(Question<T> question) {
        return here.ask(question);
    }

    @Override
    public Outcome plan(Configuration next) {
        return here.plan(next);
    }

    @Override
    public void note(Event.Kind kind, String subject, String text) {
        here.note(kind, subject, text);
    }
}
