package io.sluice.program.admin.http;

import io.sluice.control.api.Role;

/**
 * Someone who may log in.
 *
 * @param secret the hash of the password in the users file; empty: a directory knows him
 */
record Account(String name, Role role, String secret) {
    boolean isOfDirectory() {
        return secret.isEmpty();
    }
}
