package io.sluice.program.admin.http;

import io.sluice.control.api.Role;

/** A line of a users file, for programs that make one. */
public final class UserLine {
    private UserLine() {
    }

    /** An operator with that password; takes a good part of a second, as every check of it does. */
    public static String ofOperator(String name, String password) {
        return name + ":" + Role.OPERATOR.word() + ":" + PasswordHash.of(password) + "\n";
    }
}
