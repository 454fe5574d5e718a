package io.sluice.control.config.file;

import io.sluice.control.config.keys.ConfigurationKeys;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.yaml.YamlText;
import java.util.Map;

/** A configuration as the file that says it, without what holds by default. Any thread. */
public final class ConfigurationText {
    private ConfigurationText() {
    }

    public static String of(Configuration configuration) {
        return YamlText.of((Map<?, ?>) ConfigurationKeys.SECTION.plain(configuration));
    }
}
