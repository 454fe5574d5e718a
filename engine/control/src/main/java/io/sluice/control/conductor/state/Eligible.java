package io.sluice.control.conductor.state;

import io.sluice.control.api.ServerHealth;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who may be chosen for a new client.
 *
 * @param standing why these
 * @param servers the servers, in the order of the configuration; the fallback alone, or nobody
 */
public record Eligible(Standing standing, List<ServerModel> servers) {
    /** Which of a service's servers serve, from best to worst. */
    public enum Standing {
        /** Servers that are up. */
        SERVERS,
        /** None is up: the backup servers that are. */
        BACKUPS,
        /** None is known to be up: those of which nothing is known yet, as trying is better than refusing. */
        UNCHECKED,
        /** All are down, halted, drained or of weight 0: the fallback. */
        FALLBACK,
        /** And there is no fallback. */
        NOBODY
    }

    /** Decides for a service as it is now. */
    public static Eligible of(ServiceModel service) {
        return of(service.servers(), service.fallback());
    }

    /** Decides for these servers. */
    public static Eligible of(List<ServerModel> all, @Nullable ServerModel fallback) {
        Predicate<ServerModel> up = server -> server.takesNewClients() && server.health() == ServerHealth.UP;
        Predicate<ServerModel> unchecked = server -> server.takesNewClients()
                && server.health() == ServerHealth.CHECKING;
        Predicate<ServerModel> backup = server -> server.configuration().backup();

        List<ServerModel> servers = select(all, up.and(backup.negate()));
        if (!servers.isEmpty()) {
            return new Eligible(Standing.SERVERS, servers);
        }
        List<ServerModel> backups = select(all, up.and(backup));
        if (!backups.isEmpty()) {
            return new Eligible(Standing.BACKUPS, backups);
        }
        List<ServerModel> hopes = select(all, unchecked.and(backup.negate()));
        if (hopes.isEmpty()) {
            hopes = select(all, unchecked);
        }
        if (!hopes.isEmpty()) {
            return new Eligible(Standing.UNCHECKED, hopes);
        }
        return fallback != null
                ? new Eligible(Standing.FALLBACK, List.of(fallback))
                : new Eligible(Standing.NOBODY, List.of());
    }

    /** Who serves, in words. */
    String describe() {
        return switch (standing) {
            case SERVERS -> names() + (servers.size() == 1 ? " serves" : " serve");
            case BACKUPS -> "no server is up; backup " + names() + " serves";
            case UNCHECKED -> "no server is known to be up; trying " + names();
            case FALLBACK -> "no server is up; the fallback serves";
            case NOBODY -> "no server is up and there is no fallback";
        };
    }

    private String names() {
        return servers.stream().map(server -> server.key().server()).collect(Collectors.joining(", "));
    }

    private static List<ServerModel> select(List<ServerModel> all, Predicate<ServerModel> which) {
        return all.stream().filter(which).toList();
    }
}
