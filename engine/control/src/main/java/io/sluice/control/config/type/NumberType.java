package io.sluice.control.config.type;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A whole number in a range; or a word that stands for a number outside of it. */
public final class NumberType extends ScalarType<Integer> {
    private static final Pattern DIGITS = Pattern.compile("-?\\d+");

    private final int low;
    private final int high;
    private final @Nullable String word;
    private final int wordValue;

    public NumberType(int low, int high) {
        this(low, high, null, 0);
    }

    private NumberType(int low, int high, @Nullable String word, int wordValue) {
        this.low = low;
        this.high = high;
        this.word = word;
        this.wordValue = wordValue;
    }

    public NumberType or(String word, int value) {
        return new NumberType(low, high, word, value);
    }

    @Override
    Integer parse(String text, boolean plain) throws Unreadable {
        if (text.equals(word)) {
            return wordValue;
        }
        if (!DIGITS.matcher(text).matches()) {
            throw new Unreadable(Message.quote(text) + " is not " + noun(), suggestion(text));
        }
        if (!plain) {
            throw new Unreadable(Message.quote(text) + " in quotes is text, not a number", text);
        }
        long number = text.length() > 12
                ? (text.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE)
                : Long.parseLong(text);
        if (number < low || number > high) {
            throw new Unreadable(Message.quote(text) + " is too " + (number < low ? "small" : "large"));
        }
        return (int) number;
    }

    private @Nullable String suggestion(String text) {
        String digits = text.replaceAll("[_,' ]", "");
        if (!digits.equals(text) && DIGITS.matcher(digits).matches()) {
            return digits;
        }
        return word == null ? null : Suggestion.nearest(text, List.of(word));
    }

    @Override
    String noun() {
        return word == null ? "a whole number" : "a whole number or '" + word + "'";
    }

    @Override
    public Object plain(Integer value) {
        return word != null && value == wordValue ? word : value;
    }

    @Override
    public String allowed() {
        String numbers = high == Integer.MAX_VALUE ? "a whole number from " + low + " up" : low + " to " + high;
        return word == null ? numbers : word + ", or " + numbers;
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> number = ordered("type", "integer", "minimum", low, "maximum", high);
        return word == null ? number : ordered("anyOf", List.of(ordered("const", word), number));
    }
}
