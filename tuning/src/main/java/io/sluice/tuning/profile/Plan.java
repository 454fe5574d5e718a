package io.sluice.tuning.profile;

import io.sluice.tuning.facts.HostSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the changes of a profile while it compares them with a host. One thread. */
final class Plan {
    private final HostSource host;
    private final Set<String> only;
    /** By setting: a profile may want more than what is common to both. */
    private final Map<String, SettingChange> changes = new LinkedHashMap<>();

    Plan(HostSource host, Set<String> only) {
        this.host = host;
        this.only = only;
    }

    HostSource host() {
        return host;
    }

    List<SettingChange> changes() {
        return List.copyOf(changes.values());
    }

    /** The setting should have exactly this value. */
    void set(String id, Setting setting, String wanted, String why) {
        String current = only.isEmpty() || only.contains(id) ? setting.read(host) : null;
        if (current != null && !current.equals(wanted)) {
            changes.put(setting.key(), new SettingChange(id, setting, current, wanted, why));
        }
    }

    void sysctl(String id, String name, String wanted, String why) {
        set(id, new Setting.Sysctl(name), wanted, why);
    }

    /** One number of the setting should be at least this; a larger one stays. */
    void raise(String id, String name, int index, long wanted, String why) {
        Setting setting = new Setting.Sysctl(name);
        String current = setting.read(host);
        String[] parts = current == null ? new String[0] : current.split(" ");
        if (index < parts.length && parts[index].matches("\\d{1,18}") && Long.parseLong(parts[index]) < wanted) {
            parts[index] = Long.toString(wanted);
            set(id, setting, String.join(" ", parts), why);
        }
    }
}
