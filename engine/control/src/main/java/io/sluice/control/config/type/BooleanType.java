package io.sluice.control.config.type;

import java.util.List;
import java.util.Map;

/** {@code true} or {@code false}. */
final class BooleanType extends ScalarType<Boolean> {
    private static final List<String> WORDS = List.of("true", "false");

    @Override
    Boolean parse(String text, boolean plain) throws Unreadable {
        if (!WORDS.contains(text)) {
            throw new Unreadable(Message.quote(text) + " is neither true nor false", Suggestion.nearest(text, WORDS));
        }
        if (!plain) {
            throw new Unreadable(Message.quote(text) + " in quotes is text", text);
        }
        return text.equals("true");
    }

    @Override
    String noun() {
        return "true or false";
    }

    @Override
    public Object plain(Boolean value) {
        return value;
    }

    @Override
    public String allowed() {
        return "true, false";
    }

    @Override
    public Map<String, Object> schema() {
        return ordered("type", "boolean");
    }
}
