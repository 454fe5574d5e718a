package io.sluice.control.config.type;

import io.sluice.control.config.model.IntRange;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.type.AddressTypes.EndpointType;
import io.sluice.control.config.type.NumberTypes.PinType.Pin;
import io.sluice.control.config.yaml.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Whole numbers: one, a set of them, or a set in place of a yes. Stateless. */
public final class NumberTypes {
    private NumberTypes() {
    }

    /** A whole number in a range; or a word that stands for a number outside of it. */
    public static final class NumberType extends ScalarType<Integer> {
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

    /** Numbers and ranges of numbers, one or a list: {@code 80}, {@code 135-139}, {@code [80, 443, 8000-8010]}. */
    public static final class PortsType implements Type<PortSet> {
        private final int low;
        private final int high;
        private final @Nullable String everything;
        private final String noun;

        /**
         * @param everything a word for all of them
         * @param noun what one number is: {@code port}
         */
        public PortsType(int low, int high, @Nullable String everything, String noun) {
            this.low = low;
            this.high = high;
            this.everything = everything;
            this.noun = noun;
        }

        @Override
        public @Nullable PortSet read(NodePath spot, Reading reading) {
            var ranges = new ArrayList<IntRange>();
            List<Node> items = spot.value() instanceof SequenceNode list ? list.getValue() : List.of(spot.value());
            try {
                for (Node item : items) {
                    if (!(item instanceof ScalarNode scalar) || scalar.getValue().isEmpty()) {
                        throw new Unreadable(Message.describe(item) + " is not a " + noun);
                    }
                    if (scalar.getValue().equals(everything)) {
                        return PortSet.ALL;
                    }
                    addAll(ranges, ranges(scalar.getValue(), null, low));
                }
                if (ranges.isEmpty()) {
                    throw new Unreadable("the list is empty");
                }
                if (ranges.stream().anyMatch(range -> range.high() > high)) {
                    throw new Unreadable(noun + " " + ranges.stream().mapToInt(IntRange::high).max().orElse(0)
                            + " does not exist");
                }
                return new PortSet(ranges);
            } catch (Unreadable e) {
                reading.problems().error(spot,
                        Message.of(spot.label() + ": " + e.getMessage(), e.suggestion(), allowed()));
                return null;
            }
        }

        /**
         * Reads {@code 80,443,8000-8010}.
         *
         * @param whole the text that the ports are part of, for the message; null when they are all of it
         */
        static List<IntRange> ranges(String ports, @Nullable String whole, int lowest) throws Unreadable {
            var ranges = new ArrayList<IntRange>();
            for (String part : ports.split(",", -1)) {
                String text = part.strip();
                int dash = text.indexOf('-', 1);
                int low = number(dash < 0 ? text : text.substring(0, dash).strip(), whole == null ? text : whole,
                        lowest);
                int high = dash < 0
                        ? low
                        : number(text.substring(dash + 1).strip(), whole == null ? text : whole, lowest);
                if (low > high) {
                    throw new Unreadable("range " + Message.quote(text) + " runs backwards", high + "-" + low);
                }
                addAll(ranges, List.of(new IntRange(low, high)));
            }
            return ranges;
        }

        private static void addAll(List<IntRange> ranges, List<IntRange> more) throws Unreadable {
            for (IntRange range : more) {
                for (IntRange known : ranges) {
                    if (known.overlaps(range)) {
                        throw new Unreadable(known.equals(range)
                                ? Message.quote(range.toString()) + " stands there twice"
                                : Message.quote(known.toString()) + " and " + Message.quote(range.toString())
                                        + " overlap");
                    }
                }
                ranges.add(range);
            }
        }

        private static int number(String digits, String text, int lowest) throws Unreadable {
            return EndpointType.port(digits, text, lowest);
        }

        @Override
        public Object plain(PortSet value) {
            if (everything != null && value.equals(PortSet.ALL)) {
                return everything;
            }
            List<Object> parts = value.ranges().stream().<Object>map(
                    range -> range.low() == range.high() ? (Object) range.low() : range.toString()).toList();
            return parts.size() == 1 ? parts.getFirst() : parts;
        }

        @Override
        public String allowed() {
            return (everything == null ? "" : everything + ", ") + "a " + noun + " from " + low + " to " + high
                    + ", a range LOW-HIGH, or a list of these";
        }

        @Override
        public Map<String, Object> schema() {
            Map<String, Object> number = ScalarType.ordered("type", "integer", "minimum", low, "maximum", high);
            Map<String, Object> range = ScalarType.ordered("type", "string", "pattern",
                    everything == null ? "^[0-9]+(-[0-9]+)?$" : "^([0-9]+(-[0-9]+)?|" + everything + ")$");
            Map<String, Object> one = ScalarType.ordered("anyOf", List.of(number, range));
            return ScalarType.ordered("anyOf",
                    List.of(number, range, ScalarType.ordered("type", "array", "minItems", 1, "items", one)));
        }
    }

    /** {@code true}, {@code false}, or the cores to pin to. */
    public static final class PinType implements Type<Pin> {
        /** Whether to pin; an empty list of cores means every one. */
        public record Pin(boolean pinned, List<Integer> cores) {
            public static final Pin NOT = new Pin(false, List.of());
        }

        private static final PortsType CORES = new PortsType(0, 1_023, null, "core");

        @Override
        public @Nullable Pin read(NodePath spot, Reading reading) {
            if (spot.value() instanceof ScalarNode scalar && !scalar.getValue().matches("[\\d-]+")) {
                Boolean pinned = Types.BOOLEAN.read(spot, reading);
                return pinned == null ? null : new Pin(pinned, List.of());
            }
            PortSet cores = CORES.read(spot, reading);
            return cores == null ? null : new Pin(true, cores.stream().boxed().toList());
        }

        @Override
        public Object plain(Pin value) {
            return value.cores().isEmpty() ? (Object) value.pinned() : value.cores();
        }

        @Override
        public String allowed() {
            return "true, false, " + CORES.allowed();
        }

        @Override
        public Map<String, Object> schema() {
            return ScalarType.ordered("anyOf", List.of(Types.BOOLEAN.schema(), CORES.schema()));
        }
    }
}
