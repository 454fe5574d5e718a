package io.sluice.engine.admin.http;

/**
 * Someone who may log in.
 *
 * @param secret the hash of the password
 */
record Account(String name, Role role, String secret) {
}
