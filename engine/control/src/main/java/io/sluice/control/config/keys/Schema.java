package io.sluice.control.config.keys;

import io.sluice.control.config.type.ScalarType;
import java.util.Map;

/** JSON Schema (2020-12) of the whole file, for editors. */
public final class Schema {
    private Schema() {
    }

    public static Map<String, Object> whole() {
        var schema = ScalarType.ordered("$schema", "https://json-schema.org/draft/2020-12/schema", "$id",
                "https://sluice.io/sluice.schema.json", "title", "Sluice configuration");
        schema.putAll(ConfigurationKeys.SECTION.schema());
        return schema;
    }
}
