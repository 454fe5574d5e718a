package io.sluice.engine.conductor;

import io.sluice.engine.config.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Settings that are read once, at start. */
final class RestartOnly {
    private RestartOnly() {
    }

    /** A remark for each setting in which the file differs from what the daemon started with. */
    static List<String> differences(Configuration running, Configuration next) {
        List<String> remarks = new ArrayList<>();
        add(remarks, "workers", running, next, Configuration::workers);
        add(remarks, "transport", running, next, Configuration::transport);
        add(remarks, "relay", running, next, Configuration::relay);
        add(remarks, "packet-engine", running, next, Configuration::packetEngine);
        add(remarks, "tables", running, next, Configuration::tables);
        add(remarks, "state-directory", running, next, Configuration::stateDirectory);
        add(remarks, "admin", running, next, Configuration::admin);
        add(remarks, "metrics", running, next, Configuration::metrics);
        add(remarks, "log", running, next, Configuration::log);
        add(remarks, "high-availability", running, next, Configuration::highAvailability);
        add(remarks, "cluster", running, next, Configuration::cluster);
        return remarks;
    }

    private static void add(List<String> remarks, String key, Configuration running, Configuration next,
            Function<Configuration, ? extends @org.jspecify.annotations.Nullable Object> setting) {
        if (!Objects.equals(setting.apply(running), setting.apply(next))) {
            remarks.add(key + " changed: takes effect after a restart");
        }
    }
}
