package io.sluice.program.admin.http;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import io.sluice.control.api.Role;
import io.sluice.control.config.model.Ldap;
import io.sluice.control.tls.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.SocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a directory whether a user may bind, and in which group he is. Any thread; each login has its own connection.
 */
final class LdapDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(LdapDirectory.class);
    /** How a directory says that nobody comes in with that name and password. */
    private static final Set<ResultCode> WRONG = Set.of(ResultCode.INVALID_CREDENTIALS, ResultCode.NO_SUCH_OBJECT,
            ResultCode.INVALID_DN_SYNTAX, ResultCode.INAPPROPRIATE_AUTHENTICATION);
    private static final String USER_ID = "uid";

    private final Ldap ldap;
    private final Trust trust;

    LdapDirectory(Ldap ldap) {
        this.ldap = ldap;
        trust = new Trust(true, ldap.caFile());
    }

    /**
     * Who that is; empty: no such user, or a wrong password.
     *
     * @throws ApiError when the directory cannot be asked, or the user is in no group that may do anything
     */
    Optional<Account> check(String name, String password) {
        // with an empty password a bind is anonymous and succeeds for everybody (RFC 4513, 5.1.2)
        if (name.isEmpty() || password.isEmpty()) {
            return Optional.empty();
        }
        try {
            Optional<String> dn = dn(name);
            return dn.isEmpty() ? Optional.empty() : account(dn.get(), name, password);
        } catch (LDAPException | IOException e) {
            LOG.warn("admin: the directory {} cannot be asked: {}", ldap.url(), e.getMessage());
            throw new ApiError(503,
                    "the directory that knows the users cannot be asked; those of the users file can log"
                            + " in");
        }
    }

    /** Binds as the user and looks at the groups. */
    private Optional<Account> account(String dn, String name, String password)
            throws LDAPException, IOException {
        try (LDAPConnection connection = connect()) {
            try {
                connection.bind(dn, password);
            } catch (LDAPException refused) {
                if (WRONG.contains(refused.getResultCode())) {
                    return Optional.empty();
                }
                throw refused;
            }
            return Optional.of(new Account(name, role(connection, dn, userIds(connection, dn)), ""));
        }
    }

    private Role role(LDAPConnection connection, String dn, List<String> userIds) throws LDAPException {
        if (isIn(ldap.operators(), connection, dn, userIds)) {
            return Role.OPERATOR;
        }
        String viewers = ldap.viewers();
        if (viewers == null || isIn(viewers, connection, dn, userIds)) {
            return Role.VIEWER;
        }
        throw new ApiError(403, "'" + dn + "' is in none of the groups that may use this");
    }

    /**
     * What the user's own entry says he is called. Never what was typed: the entry may be another's, found by a filter
     * that takes, say, mail addresses too.
     */
    private static List<String> userIds(LDAPConnection connection, String dn) throws LDAPException {
        SearchResultEntry entry = connection.getEntry(dn, USER_ID);
        if (entry != null && entry.hasAttribute(USER_ID)) {
            return List.of(entry.getAttributeValues(USER_ID));
        }
        // he may not read his entry, or it has none
        return List.of(new DN(dn).getRDN().getAttributeValues());
    }

    /** As the groups of RFC 4519 and of RFC 2307 hold their members. */
    private static boolean isIn(String group, LDAPConnection connection, String dn, List<String> userIds)
            throws LDAPException {
        List<Filter> member = new ArrayList<>(List.of(Filter.createEqualityFilter("member", dn),
                Filter.createEqualityFilter("uniqueMember", dn)));
        userIds.forEach(id -> member.add(Filter.createEqualityFilter("memberUid", id)));
        try {
            return !search(connection, group, SearchScope.BASE, Filter.createORFilter(member)).isEmpty();
        } catch (LDAPSearchException e) {
            if (!e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
                throw e;
            }
            LOG.warn("admin: the group {} is not there, or {} may not see it", group, dn);
            return false;
        }
    }

    private Optional<String> dn(String name) throws LDAPException, IOException {
        String template = ldap.user();
        if (template != null) {
            String escaped = new RDN(USER_ID, name).toString().substring(USER_ID.length() + 1);
            return Optional.of(template.replace(Ldap.USER, escaped));
        }
        Ldap.Search search = ldap.search();
        if (search == null) {
            throw new IllegalStateException("the configuration has neither user nor search");
        }
        try (LDAPConnection connection = connect()) {
            Path passwordFile = search.passwordFile();
            if (search.bind() != null && passwordFile != null) {
                connection.bind(search.bind(), Files.readAllLines(passwordFile).stream().findFirst().orElse(""));
            }
            Filter filter = Filter.create(search.filter().replace(Ldap.USER, Filter.encodeValue(name)));
            List<String> found = search(connection, search.base(), SearchScope.SUB, filter);
            if (found.size() > 1) {
                LOG.warn("admin: {} below {} matches more than one user; nobody is let in", filter, search.base());
            }
            return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
        }
    }

    private static List<String> search(LDAPConnection connection, String base, SearchScope scope, Filter filter)
            throws LDAPSearchException {
        return connection.search(new SearchRequest(base, scope, filter, SearchRequest.NO_ATTRIBUTES)).getSearchEntries()
                .stream().map(SearchResultEntry::getDN).toList();
    }

    private LDAPConnection connect() throws LDAPException, IOException {
        LDAPURL url = new LDAPURL(ldap.url());
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis((int) ldap.timeout().toMillis());
        options.setResponseTimeoutMillis(ldap.timeout().toMillis());
        options.setFollowReferrals(false);
        SocketFactory sockets = ldap.encrypted()
                ? new NamedTlsSockets(trust.context(null).getSocketFactory())
                : SocketFactory.getDefault();
        return new LDAPConnection(sockets, options, url.getHost(), url.getPort());
    }
}
