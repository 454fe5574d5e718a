package io.sluice.perftests.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Turns \r \n \t \\ \xHH in a text typed by a user into bytes. Stateless. */
final class Escapes {
    private Escapes() {
    }

    static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            char escaped = text.charAt(++i);
            switch (escaped) {
                case 'r' -> out.write('\r');
                case 'n' -> out.write('\n');
                case 't' -> out.write('\t');
                case '\\' -> out.write('\\');
                case 'x' -> {
                    if (i + 3 > text.length() || !text.substring(i + 1, i + 3).matches("[0-9a-fA-F]{2}")) {
                        throw new IllegalArgumentException("\\x needs two hexadecimal digits");
                    }
                    out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default ->
                    throw new IllegalArgumentException("unknown escape \\" + escaped + ": \\r \\n \\t \\\\ \\xHH");
            }
        }
        return out.toByteArray();
    }
}
