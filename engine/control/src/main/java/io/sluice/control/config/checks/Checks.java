package io.sluice.control.config.checks;

import io.sluice.control.config.model.Admin;
import io.sluice.control.config.model.Cluster;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.HighAvailability;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.model.WorkersConfiguration;
import io.sluice.control.config.yaml.Problems;
import io.sluice.control.config.yaml.Source;

/** Runs every check over a configuration that could be read. */
public final class Checks {
    private Checks() {
    }

    /** @param more where there is no error */
    public static void run(Configuration configuration, Source source, Problems problems, Examination more) {
        var look = new Look(configuration, source, problems);
        checkWhole(look);
        for (ServiceConfiguration service : configuration.services()) {
            ServiceChecks.run(service, look);
            HealthCheckChecks.run(service, look);
            ServerChecks.run(service, look);
        }
        ListenOverlaps.run(look);
        Loops.run(look);
        SourceConflicts.run(look);
        AffinityGroups.run(look);
        TlsChecks.run(look);
        Admin admin = configuration.admin();
        if (admin != null && admin.ldap() != null) {
            AdminChecks.run(admin.ldap(), look);
        }
        HighAvailability pair = configuration.highAvailability();
        if (pair != null) {
            PairChecks.run(pair, look);
        }
        Cluster cluster = configuration.cluster();
        if (cluster != null) {
            ClusterChecks.run(cluster, look);
        }
        if (!problems.anyError()) {
            more.examine(configuration, look);
        }
    }

    private static void checkWhole(Look look) {
        Configuration configuration = look.configuration();
        if (look.problems().anyError()) {
            return; // what is missing may be what could not be read
        }
        if (!look.source().has("services") && !look.source().has("cluster")) {
            look.errorAtKey("the file configures nothing (allowed: at least 'services' or 'cluster')");
        } else if (configuration.services().isEmpty() && look.source().has("services")) {
            look.warning("services: there is no virtual service", "services");
        }
        WorkersConfiguration workers = configuration.workers();
        if (!workers.cores().isEmpty() && workers.cores().size() < workers.count()) {
            look.error("pin: " + workers.cores().size() + " cores for " + workers.count()
                    + " workers (allowed: at least as many cores as workers)", "workers", "pin");
        }
        if (look.source().has("high-availability") && look.source().has("cluster")) {
            look.warning("cluster: beside 'high-availability': in a pair one node has the traffic, in a cluster every "
                    + "host has it", "cluster");
        }
    }
}
