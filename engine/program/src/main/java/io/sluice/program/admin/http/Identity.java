package io.sluice.program.admin.http;

import io.sluice.control.api.Role;
import org.jspecify.annotations.Nullable;

/**
 * Who calls.
 *
 * @param session null: with Basic authentication, or nobody
 */
record Identity(String user, @Nullable Role role, Sessions.@Nullable Session session) {
    static final Identity NOBODY = new Identity("", null, null);

    boolean may(Role needed) {
        return role != null && role.allows(needed);
    }
}
