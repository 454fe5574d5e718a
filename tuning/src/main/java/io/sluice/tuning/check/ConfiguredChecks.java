package io.sluice.tuning.check;

import java.util.List;

/** What a configuration names and the host has not, one check for each kind; found by who reads the configuration. */
final class ConfiguredChecks {
    private ConfiguredChecks() {
    }

    static final List<Check> ALL = List.of(
            lack("listen-address", "Addresses that services listen on",
                    "A service cannot listen on an address that the host has not: the start fails. In a pair or a cluster the "
                            + "address may come later, and nothing is said.",
                    "man 2 bind: EADDRNOTAVAIL"),
            lack("source-address", "Addresses that connections to real servers leave from",
                    "A connection cannot leave from an address that the host has not: every client is refused, and health "
                            + "checks cannot be run.",
                    "man 2 bind: EADDRNOTAVAIL"),
            lack("server-route", "Routes to real servers",
                    "Without a route to a server every connection to it fails at once.", "man 2 connect: ENETUNREACH"),
            lack("transparent-route", "Answers of real servers to clients' addresses",
                    "In a transparent service a server answers to the client's address. Without a rule and a route that "
                            + "deliver such packets here, the host sends them past Sluice and no connection is "
                            + "established.",
                    "kernel networking/tproxy; man 8 ip-rule"));

    private static Check lack(String id, String title, String why, String source) {
        return new Check(id, title, why, source, (host, usage, verdicts) -> usage.lacks().stream()
                .filter(lack -> lack.check().equals(id)).forEach(lack -> verdicts.add(Severity.WARNING, lack.place(),
                        lack.current(), lack.wanted(), lack.command())));
    }
}
