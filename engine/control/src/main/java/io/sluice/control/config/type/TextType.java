package io.sluice.control.config.type;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Free text, or text of a certain form. */
public final class TextType extends ScalarType<String> {
    private final Pattern form;
    private final String noun;
    private final String allowed;

    /**
     * @param form what the whole text must match
     * @param noun such as {@code a path}
     */
    public TextType(String form, String noun, String allowed) {
        this.form = Pattern.compile(form, Pattern.DOTALL);
        this.noun = noun;
        this.allowed = allowed;
    }

    @Override
    String parse(String text, boolean plain) throws Unreadable {
        if (!form.matcher(text).matches()) {
            throw new Unreadable(Message.quote(text) + " is not " + noun);
        }
        return text;
    }

    @Override
    String noun() {
        return noun;
    }

    @Override
    public String allowed() {
        return allowed;
    }

    @Override
    public Map<String, Object> schema() {
        return ordered("type", List.of("string", "number", "boolean"));
    }
}
