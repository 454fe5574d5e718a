package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.absent;
import static io.sluice.control.config.type.Key.required;
import static io.sluice.control.config.type.Key.standard;

import io.sluice.control.config.model.Ldap.Search;
import io.sluice.control.config.model.Ldap;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.TextTypes.TextType;
import io.sluice.control.config.type.Type;
import io.sluice.control.config.type.Types;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The keys of {@code admin.ldap}. */
final class LdapKeys {
    private static final Type<String> URL = new TextType("ldaps?://[A-Za-z0-9._\\-\\[\\]:]{1,253}", "a directory's URL",
            "ldaps://HOST, ldaps://HOST:PORT or the same with ldap:");
    private static final Type<String> DN = new TextType("\\s*[A-Za-z0-9.\\-]+\\s*=.{1,1000}", "a distinguished name",
            "a distinguished name such as cn=admins,ou=groups,dc=example,dc=org");
    private static final Type<String> USER_DN = new TextType("\\s*[A-Za-z0-9.\\-]+\\s*=.*\\{user\\}.{0,1000}",
            "a distinguished name with {user} in it", "such as uid={user},ou=people,dc=example,dc=org");
    private static final Type<String> FILTER_TEXT = new TextType("\\(.*\\{user\\}.*\\)",
            "a filter with {user} in it", "such as (uid={user}) or (sAMAccountName={user})");

    private static final Key<Search, String> BASE = required("base", DN, Search::base,
            "Where to search, with all below it.");
    private static final Key<Search, String> FILTER = standard("filter", FILTER_TEXT, Search::filter,
            Search.STANDARD_FILTER, "What the user's entry must match.");
    private static final Key<Search, String> BIND = absent("bind", DN, Search::bind, "anonymously",
            "Who searches. Needs password-file.");
    private static final Key<Search, Path> PASSWORD_FILE = absent("password-file", Types.PATH, Search::passwordFile,
            "nothing", "The password of bind, in the first line of a file.");
    private static final SectionType<Search> SEARCH_SECTION = SectionType.of("search",
            List.<Key<Search, ?>>of(BASE, FILTER, BIND, PASSWORD_FILE),
            v -> new Search(v.get(BASE), v.get(FILTER), v.orNull(BIND), v.orNull(PASSWORD_FILE)));

    private static final Key<Ldap, String> ADDRESS = required("url", URL, Ldap::url,
            "Where the directory is. With ldap: passwords cross the network in clear text.");
    private static final Key<Ldap, Path> CA_FILE = absent("ca-file", Types.CERTIFICATE, Ldap::caFile,
            "the JDK's certificates", "PEM certificates of a private CA to trust with ldaps:.");
    private static final Key<Ldap, String> USER = absent("user", USER_DN, Ldap::user, "found by search",
            "The distinguished name to bind with; {user} stands for the name that was typed.");
    private static final Key<Ldap, Search> SEARCH = absent("search", SEARCH_SECTION, Ldap::search, "user says it",
            "How to find the distinguished name of a user.");
    private static final Key<Ldap, String> OPERATORS = required("operators", DN, Ldap::operators,
            "The group whose members may change (attributes member, uniqueMember or memberUid).");
    private static final Key<Ldap, String> VIEWERS = absent("viewers", DN, Ldap::viewers,
            "everybody whom the directory lets in", "The group whose members may look.");
    private static final Key<Ldap, Duration> TIMEOUT = standard("timeout",
            Types.duration(Duration.ofMillis(100), Duration.ofMinutes(1)), Ldap::timeout, Ldap.STANDARD_TIMEOUT,
            "For a connection, and for each answer.");

    static final SectionType<Ldap> SECTION = SectionType.of("ldap",
            List.<Key<Ldap, ?>>of(ADDRESS, CA_FILE, USER, SEARCH, OPERATORS, VIEWERS, TIMEOUT),
            v -> new Ldap(v.get(ADDRESS), v.orNull(CA_FILE), v.orNull(USER), v.orNull(SEARCH), v.get(OPERATORS),
                    v.orNull(VIEWERS), v.get(TIMEOUT)));

    private LdapKeys() {
    }
}
