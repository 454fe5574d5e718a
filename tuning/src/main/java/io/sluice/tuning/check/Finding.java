package io.sluice.tuning.check;

/**
 * One answer of one check. Immutable.
 *
 * @param id of the check, as {@code --only} takes it
 * @param subject which of several things it is about, such as an interface; empty when there is only one
 * @param current what the host has
 * @param wanted what it should have
 * @param command that mends it; empty when nothing needs mending or no command can
 * @param source where to read more: a kernel document, an RFC, a manual page
 */
public record Finding(String id, String subject, String title, Severity severity, String current, String wanted,
        String why, String command, String source) {
}
