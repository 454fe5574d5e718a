package io.sluice.control.config.checks;

import io.sluice.control.config.model.Ldap;

/** Whether the directory can be asked as it stands. */
final class AdminChecks {
    private static final String ADMIN = "admin";
    private static final String LDAP = "ldap";

    private AdminChecks() {
    }

    static void run(Ldap ldap, Look look) {
        if ((ldap.user() == null) == (ldap.search() == null)) {
            look.errorAtKey("'ldap' needs 'user' or 'search' (allowed: one of the two, to know whom to bind as)", ADMIN,
                    LDAP);
        }
        Ldap.Search search = ldap.search();
        if (search != null && (search.bind() == null) != (search.passwordFile() == null)) {
            look.errorAtKey(
                    "'bind' and 'password-file' belong together (allowed: both, or neither to search anonymously)",
                    ADMIN, LDAP, "search");
        }
        if (!ldap.encrypted() && !ldap.url().matches("ldap://(localhost|127\\.[0-9.]+|\\[::1\\])(:[0-9]+)?")) {
            look.warning("url: passwords cross the network in clear text: take ldaps://", ADMIN, LDAP, "url");
        }
        if (!ldap.encrypted() && ldap.caFile() != null) {
            look.warning("ca-file: means nothing without ldaps://", ADMIN, LDAP, "ca-file");
        }
    }
}
