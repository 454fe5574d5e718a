package io.sluice.program.cli;

import io.sluice.program.build.Version;
import java.util.List;
import java.util.Locale;

/** A manual page in roff with the macros of man(7), written from top to bottom. One thread. */
final class Roff {
    private final StringBuilder text = new StringBuilder();

    Roff(String name, int section) {
        text.append(".TH \"").append(escaped(name.toUpperCase(Locale.ROOT))).append("\" \"").append(section)
                .append("\" \"\" \"").append(escaped("Sluice " + Version.ofThisBuild()))
                .append("\" \"Sluice\"\n");
        text.append(".nh\n.ad l\n"); // words like max-connections-per-source are neither broken nor stretched
    }

    Roff section(String heading) {
        text.append(".SH \"").append(escaped(heading)).append("\"\n");
        return this;
    }

    Roff text(String plain) {
        text.append(escaped(plain)).append('\n');
        return this;
    }

    Roff paragraph(String plain) {
        text.append(".PP\n");
        return text(plain);
    }

    /** @param tag made with {@link #bold} and {@link #italic} */
    Roff item(String tag, String plain) {
        text.append(".TP\n").append(tag).append('\n');
        return text(plain);
    }

    /** Lines that stay as they are. */
    Roff literal(List<String> lines) {
        text.append(".nf\n");
        lines.forEach(line -> text.append(escaped(line)).append('\n'));
        text.append(".fi\n");
        return this;
    }

    static String bold(String plain) {
        return "\\fB" + escaped(plain) + "\\fR";
    }

    static String italic(String plain) {
        return "\\fI" + escaped(plain) + "\\fR";
    }

    /** What is typed stays what it is: roff would make hyphens and curly quotes of it, and commands of leading dots. */
    private static String escaped(String plain) {
        String text = plain.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
                .replace("^", "\\(ha").replace("~", "\\(ti").replace("\"", "\\(dq").replace("\n", " ");
        return text.startsWith(".") ? "\\&" + text : text;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
