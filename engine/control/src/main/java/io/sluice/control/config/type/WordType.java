package io.sluice.control.config.type;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One of a closed list of words. */
public final class WordType<E extends Enum<E>> extends ScalarType<E> {
    private final Map<String, E> words = new LinkedHashMap<>();
    private final Function<E, String> spelling;

    public WordType(Class<E> type, Function<E, String> spelling) {
        this.spelling = spelling;
        for (E constant : type.getEnumConstants()) {
            words.put(spelling.apply(constant), constant);
        }
    }

    @Override
    E parse(String text, boolean plain) throws Unreadable {
        E value = words.get(text);
        if (value == null) {
            throw new Unreadable(Message.quote(text) + " is not known", Suggestion.nearest(text, words.keySet()));
        }
        return value;
    }

    @Override
    String noun() {
        return "a word";
    }

    @Override
    public Object plain(E value) {
        return spelling.apply(value);
    }

    @Override
    public String allowed() {
        return String.join(", ", words.keySet());
    }

    @Override
    public Map<String, Object> schema() {
        return ordered("enum", List.copyOf(words.keySet()));
    }
}
