package io.sluice.control.config.file;

import io.sluice.control.config.file.Change.Kind;
import io.sluice.control.config.keys.ConfigurationKeys;
import io.sluice.control.config.keys.ServerKeys;
import io.sluice.control.config.keys.ServiceKeys;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.type.CollectionTypes.OffOr;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.QuantityTypes.DurationType;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.Type;
import io.sluice.control.config.yaml.YamlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds what differs between two configurations, key by key. */
public final class ConfigurationDifference {
    private ConfigurationDifference() {
    }

    public static List<Change> of(Configuration before, Configuration after) {
        var changes = new ArrayList<Change>();
        for (Key<Configuration, ?> key : ConfigurationKeys.SECTION.keys()) {
            if (key.type() == ConfigurationKeys.SERVICE_MAP) {
                changes.addAll(services(before, after));
            } else {
                compare(key, before, after, "", key.live(), changes);
            }
        }
        return changes;
    }

    private static List<Change> services(Configuration before, Configuration after) {
        var removed = new LinkedHashMap<String, ServiceConfiguration>();
        before.services().forEach(service -> removed.put(service.name(), service));
        var changes = new ArrayList<Change>();
        for (ServiceConfiguration service : after.services()) {
            ServiceConfiguration former = removed.remove(service.name());
            if (former == null) {
                changes.add(added("service", service.name(), shown(service), renamed(service, before, after)));
            } else if (!former.equals(service)) {
                changes.add(changed("service", service.name(), parts(former, service)));
            }
        }
        removed.values().forEach(service -> changes
                .add(removed("service", service.name(), shown(service), whatFollows(service, before, after))));
        return changes;
    }

    /** What becomes of the connections of a service that is gone by its name. */
    private static String whatFollows(ServiceConfiguration gone, Configuration before, Configuration after) {
        return after.services().stream()
                .filter(next -> next.identity().equals(gone.identity()) && before.service(next.name()).isEmpty())
                .findFirst()
                .map(next -> "goes on as " + next.name() + ", with the connections to servers that stay")
                .orElseGet(() -> "established connections drain for up to "
                        + DurationType.text(gone.timeouts().drain()));
    }

    private static String renamed(ServiceConfiguration service, Configuration before, Configuration after) {
        return before.services().stream()
                .filter(old -> old.identity().equals(service.identity()) && after.service(old.name()).isEmpty())
                .findFirst()
                .map(old -> "takes over the address of " + old.name()).orElse("");
    }

    private static String shown(ServiceConfiguration service) {
        int servers = service.servers().size();
        return service.identity() + ", " + service.mode().word() + ", " + servers
                + (servers == 1 ? " server" : " servers");
    }

    private static List<Change> parts(ServiceConfiguration before, ServiceConfiguration after) {
        var parts = new ArrayList<Change>();
        for (Key<ServiceConfiguration, ?> key : ServiceKeys.SECTION.keys()) {
            if (key.type() == ServiceKeys.SERVER_MAP) {
                parts.addAll(servers(before, after));
            } else {
                compare(key, before, after, "", true, parts);
            }
        }
        return parts;
    }

    private static List<Change> servers(ServiceConfiguration before, ServiceConfiguration after) {
        Map<String, ServerConfiguration> removed = new LinkedHashMap<>();
        before.servers().forEach(server -> removed.put(server.name(), server));
        String drains = "drains for up to " + DurationType.text(after.timeouts().drain());
        var changes = new ArrayList<Change>();
        for (ServerConfiguration server : after.servers()) {
            ServerConfiguration former = removed.remove(server.name());
            if (former == null) {
                changes.add(added("server", server.name(), YamlText.inLine(ServerKeys.SECTION.plain(server)), ""));
            } else if (!former.equals(server)) {
                var parts = new ArrayList<Change>();
                for (Key<ServerConfiguration, ?> key : ServerKeys.SECTION.keys()) {
                    compare(key, former, server, "", true, parts);
                }
                boolean moved = !former.address().equals(server.address());
                changes.add(new Change(Kind.CHANGED, "server", server.name(), null, null,
                        moved ? "the former address " + drains : "", true, parts));
            }
        }
        removed.values().forEach(server -> changes
                .add(removed("server", server.name(), YamlText.inLine(ServerKeys.SECTION.plain(server)), drains)));
        boolean reordered = changes.isEmpty() && !before.servers().equals(after.servers());
        if (reordered) {
            changes.add(
                    new Change(Kind.CHANGED, "order of servers", "", names(before), names(after), "", true, List.of()));
        }
        return changes;
    }

    private static String names(ServiceConfiguration service) {
        return String.join(", ", service.servers().stream().map(ServerConfiguration::name).toList());
    }

    private static <R, V> void compare(Key<R, V> key, R before, R after, String prefix, boolean live,
            List<Change> changes) {
        V former = key.of().apply(before);
        V latter = key.of().apply(after);
        if (!Objects.equals(former, latter)) {
            compareValues(key.type(), former, latter, prefix + key.name(), live, changes);
        }
    }

    private static <V> void compareValues(Type<V> type, @Nullable V before, @Nullable V after, String path,
            boolean live, List<Change> changes) {
        if (type instanceof SectionType<V> section && before != null && after != null) {
            for (Key<V, ?> key : section.keys()) {
                compare(key, before, after, path + ".", live, changes);
            }
        } else if (type instanceof OffOr<?> offOr && before instanceof Optional<?> one && one.isPresent()
                && after instanceof Optional<?> other && other.isPresent()) {
            compareUnwrapped(offOr, one.get(), other.get(), path, live, changes);
        } else {
            changes.add(new Change(before == null ? Kind.ADDED : after == null ? Kind.REMOVED : Kind.CHANGED, path, "",
                    before == null ? null : YamlText.inLine(type.plain(before)),
                    after == null ? null : YamlText.inLine(type.plain(after)), "", live, List.of()));
        }
    }

    @SuppressWarnings("unchecked") // both values came out of this very type
    private static <V> void compareUnwrapped(OffOr<V> offOr, Object before, Object after, String path, boolean live,
            List<Change> changes) {
        compareValues(offOr.type(), (V) before, (V) after, path, live, changes);
    }

    private static Change added(String what, String name, String shown, String effect) {
        return new Change(Kind.ADDED, what, name, null, shown, effect, true, List.of());
    }

    private static Change removed(String what, String name, String shown, String effect) {
        return new Change(Kind.REMOVED, what, name, shown, null, effect, true, List.of());
    }

    private static Change changed(String what, String name, List<Change> parts) {
        return new Change(Kind.CHANGED, what, name, null, null, "", true, parts);
    }
}
