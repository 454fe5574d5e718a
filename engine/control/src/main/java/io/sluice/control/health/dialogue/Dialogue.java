package io.sluice.control.health.dialogue;

import java.io.IOException;
import java.net.ProtocolException;

/** A conversation that only a working server holds. Stateless; each on the probe's thread. */
@FunctionalInterface
public interface Dialogue {
    /**
     * Holds it.
     *
     * @return how the server answered, in a few words
     * @throws ProtocolException the server said something else: what, and what was expected
     * @throws IOException what the network did
     */
    String hold(Conversation server) throws IOException;
}
