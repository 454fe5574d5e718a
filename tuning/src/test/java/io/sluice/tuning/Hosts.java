package io.sluice.tuning;

import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.RecordedHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Recorded hosts: a real virtual machine, and overlays that make another kind of host of it. */
public final class Hosts {
    private Hosts() {
    }

    public static RecordedHost virtualMachine() {
        return RecordedHost.of(read("virtual-machine.host"));
    }

    /** The virtual machine with an overlay, such as small-limits. */
    public static RecordedHost variant(String name) {
        return virtualMachine().with(read(name + ".overlay"));
    }

    public static HostFacts facts(RecordedHost host) {
        return HostFacts.read(host, "self");
    }

    static String read(String name) {
        try (InputStream file = Hosts.class.getResourceAsStream("/hosts/" + name)) {
            if (file == null) {
                throw new IllegalArgumentException("no resource hosts/" + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
