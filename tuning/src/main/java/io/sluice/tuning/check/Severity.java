package io.sluice.tuning.check;

import java.util.Locale;

/** How bad a finding is. */
public enum Severity {
    /** As wanted. */
    OK,
    /** Could be better for some loads; nothing is wrong. */
    INFO,
    /** Costs speed or breaks under load. */
    WARNING,
    /** Something that is configured cannot work. */
    ERROR,
    /** The host does not tell. */
    UNKNOWN;

    /** As printed and in JSON: ok, info, warning, error, unknown. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
