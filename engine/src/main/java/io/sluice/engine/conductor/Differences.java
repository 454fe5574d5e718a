package io.sluice.engine.conductor;

import io.sluice.engine.config.Configuration;
import io.sluice.engine.config.ServerConfiguration;
import io.sluice.engine.config.ServiceConfiguration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What changes from one configuration to the next, in words. */
final class Differences {
    private Differences() {
    }

    static List<String> between(Configuration now, Configuration next) {
        List<String> changes = new ArrayList<>();
        Map<String, ServiceConfiguration> before = byName(now.services(), ServiceConfiguration::name);
        Map<String, ServiceConfiguration> after = byName(next.services(), ServiceConfiguration::name);
        before.keySet().stream().filter(name -> !after.containsKey(name))
                .forEach(name -> changes.add("service " + name + " removed"));
        after.forEach((name, service) -> {
            ServiceConfiguration former = before.get(name);
            if (former == null) {
                changes.add("service " + name + " added");
            } else if (!former.equals(service)) {
                changes.addAll(ofService(former, service));
            }
        });
        return changes;
    }

    private static List<String> ofService(ServiceConfiguration now, ServiceConfiguration next) {
        List<String> changes = new ArrayList<>();
        Map<String, ServerConfiguration> before = byName(now.servers(), ServerConfiguration::name);
        Map<String, ServerConfiguration> after = byName(next.servers(), ServerConfiguration::name);
        before.keySet().stream().filter(name -> !after.containsKey(name))
                .forEach(name -> changes.add("server " + now.name() + "/" + name + " removed"));
        after.forEach((name, server) -> {
            ServerConfiguration former = before.get(name);
            if (former == null) {
                changes.add("server " + now.name() + "/" + name + " added");
            } else if (!former.equals(server)) {
                changes.add("server " + now.name() + "/" + name + " changed");
            }
        });
        if (changes.isEmpty()) {
            changes.add("service " + now.name() + " changed");
        }
        return changes;
    }

    private static <T> Map<String, T> byName(List<T> things, Function<T, String> name) {
        Map<String, T> map = new LinkedHashMap<>();
        things.forEach(thing -> map.put(name.apply(thing), thing));
        return map;
    }
}
