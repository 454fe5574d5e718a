package io.sluice.control.config.type;

import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.yaml.NodePath;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** What is written as text: yes or no, a word of a closed list, text of a form, a payload. Stateless. */
public final class TextTypes {
    private TextTypes() {
    }

    /** {@code true} or {@code false}. */
    static final class BooleanType extends ScalarType<Boolean> {
        private static final List<String> WORDS = List.of("true", "false");

        @Override
        Boolean parse(String text, boolean plain) throws Unreadable {
            if (!WORDS.contains(text)) {
                throw new Unreadable(Message.quote(text) + " is neither true nor false",
                        Suggestion.nearest(text, WORDS));
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

    /** One of a closed list of words. */
    public static final class WordType<E extends Enum<E>> extends ScalarType<E> {
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

    /** Free text, or text of a certain form. */
    public static final class TextType extends ScalarType<String> {
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

    /** A payload: text, or {@code { hex: "0a0b" }}, which may also be written {@code "hex:0a0b"}. */
    public static final class BytesType implements Type<Bytes> {
        /** What fits into one datagram. */
        private static final int LONGEST = 65_507;
        private static final String HEX_FOLLOWS = "hex:";

        @Override
        public @Nullable Bytes read(NodePath spot, Reading reading) {
            try {
                Bytes bytes = bytes(spot);
                if (bytes.size() > LONGEST) {
                    throw new Unreadable(bytes.size() + " bytes are too many");
                }
                return bytes;
            } catch (Unreadable e) {
                reading.problems().error(spot,
                        Message.of(spot.label() + ": " + e.getMessage(), e.suggestion(), allowed()));
                return null;
            }
        }

        private static Bytes bytes(NodePath spot) throws Unreadable {
            if (spot.value() instanceof ScalarNode text && !Message.isNothing(text)) {
                return text.getValue().startsWith(HEX_FOLLOWS)
                        ? ofHex(text.getValue().substring(HEX_FOLLOWS.length()))
                        : Bytes.ofText(text.getValue());
            }
            if (spot.value() instanceof MappingNode mapping && mapping.getValue().size() == 1) {
                NodeTuple only = mapping.getValue().getFirst();
                if (only.getKeyNode() instanceof ScalarNode key && key.getValue().equals("hex")
                        && only.getValueNode() instanceof ScalarNode hex) {
                    return ofHex(hex.getValue());
                }
            }
            throw new Unreadable(Message.describe(spot.value()) + " is not a payload");
        }

        private static Bytes ofHex(String text) throws Unreadable {
            String digits = text.replaceAll("[\\s:]", "");
            if (!digits.matches("(?:[0-9A-Fa-f]{2})+")) {
                throw new Unreadable(Message.quote(text) + " is not hexadecimal");
            }
            return new Bytes(digits);
        }

        @Override
        public Object plain(Bytes value) {
            try {
                String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value.toArray())).toString();
                if (!text.isEmpty() && !text.startsWith(HEX_FOLLOWS)
                        && text.chars().allMatch(c -> (c >= ' ' && c != 0x7f) || c == '\n' || c == '\r')) {
                    return text;
                }
            } catch (CharacterCodingException notText) {
                // shown in hexadecimal below
            }
            return ScalarType.ordered("hex", value.hex());
        }

        @Override
        public String allowed() {
            return "text, or { hex: \"0a0b\" }, up to 65507 bytes";
        }

        @Override
        public Map<String, Object> schema() {
            Map<String, Object> hex = ScalarType.ordered("type", "object", "properties",
                    ScalarType.ordered("hex", ScalarType.ordered("type", List.of("string", "integer"))), "required",
                    List.of("hex"), "additionalProperties", false);
            return ScalarType.ordered("anyOf",
                    List.of(ScalarType.ordered("type", List.of("string", "number", "boolean")), hex));
        }
    }
}
