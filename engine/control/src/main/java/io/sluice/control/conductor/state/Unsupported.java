package io.sluice.control.conductor.state;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.ServiceConfiguration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a configuration may say and this version cannot do yet: refused or warned about, never passed over in silence.
 */
public final class Unsupported {
    private Unsupported() {
    }

    /** What a start with it would refuse or pass over, for who checks a file before. */
    public static List<String> notes(Configuration configuration) {
        List<String> notes = new ArrayList<>();
        try {
            check(configuration);
        } catch (CannotApply refused) {
            refused.text().lines().forEach(line -> notes.add("'sluice run' refuses it: " + line));
        }
        notes.addAll(unheeded(configuration));
        return notes;
    }

    /** Sections that the daemon serves without. */
    public static List<String> unheeded(Configuration configuration) {
        List<String> unheeded = new ArrayList<>();
        if (configuration.highAvailability() != null) {
            unheeded.add("this version runs no pair: nothing acts on 'high-availability'");
        }
        if (configuration.cluster() != null) {
            unheeded.add("this version runs no cluster: nothing acts on 'cluster'");
        }
        return unheeded;
    }

    static void check(Configuration configuration) throws CannotApply {
        List<String> missing = new ArrayList<>();
        for (ServiceConfiguration service : configuration.services()) {
            if (service.packetLevel()) {
                missing.add("service " + service.name() + ": mode " + service.mode().word() + " for "
                        + service.protocol().word() + " works on packets, which this version does not do; use mode: "
                        + (service.protocol() == Protocol.TCP ? Mode.PROXY : Mode.SNAT).word());
            }
        }
        if (!missing.isEmpty()) {
            throw new CannotApply(String.join("\n", missing));
        }
    }
}
