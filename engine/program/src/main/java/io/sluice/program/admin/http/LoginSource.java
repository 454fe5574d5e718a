package io.sluice.program.admin.http;

import java.util.List;

/** What of an address is one host's choice: of IPv6 any address of a /64 (RFC 7421). */
final class LoginSource {
    private static final int GROUPS = 4;

    private LoginSource() {
    }

    /** @param address as {@code Ip} writes it */
    static String of(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        String bare = address.indexOf('%') < 0 ? address : address.substring(0, address.indexOf('%'));
        int gap = bare.indexOf("::");
        List<String> before = List.of((gap < 0 ? bare : bare.substring(0, gap)).split(":"));
        StringBuilder source = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            source.append(i < before.size() && !before.get(i).isEmpty() ? before.get(i) : "0").append(':');
        }
        return source.toString();
    }
}
