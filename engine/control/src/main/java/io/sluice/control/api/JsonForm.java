package io.sluice.control.api;

import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** How status, control socket, admin API and {@code -o json} write values: names in kebab-case, words in lower case. */
public final class JsonForm {
    private JsonForm() {
    }

    /** A mapper's builder that keeps to it. */
    public static JsonMapper.Builder builder() {
        return JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .addMixIn(Protocol.class, ByWord.class).addMixIn(Mode.class, ByWord.class);
    }

    /** For the words of packages that know no JSON. */
    private interface ByWord {
        @JsonValue
        String word();
    }
}
