package io.sluice.tuning.profile;

/**
 * One setting that a profile would change on this host. Immutable.
 *
 * @param id of the check that asks about the same thing, as {@code --only} takes it
 */
public record SettingChange(String id, Setting setting, String current, String wanted, String why) {

    /** What is changed, such as {@code net.core.somaxconn}. */
    public String target() {
        return setting.key().substring(setting.key().indexOf(' ') + 1);
    }

    /** What an administrator would type for the same. */
    public String command() {
        return setting.command(wanted);
    }
}
