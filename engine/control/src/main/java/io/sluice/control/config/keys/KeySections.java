package io.sluice.control.config.keys;

import io.sluice.control.config.type.CollectionTypes.ListType;
import io.sluice.control.config.type.CollectionTypes.MapType;
import io.sluice.control.config.type.CollectionTypes.OffOr;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sections of the configuration file as a reference lists them: the top first, each before those inside it. */
public final class KeySections {
    /**
     * @param path where it stands in the file: {@code services.NAME.affinity}; empty for the top
     */
    public record Section(String path, List<Row> rows) {
    }

    /**
     * @param holds what the key may hold, in words; where it holds a section they go on with its path
     * @param section path of the section it holds; null where it holds none
     * @param standard what holds without it, in words; may be empty
     * @param live whether a reload can change it; else it waits for a restart
     */
    public record Row(String name, String holds, @Nullable String section, String standard, boolean required,
            boolean live, String meaning) {
    }

    private record Entry(String path, SectionType<?> section) {
    }

    private KeySections() {
    }

    public static List<Section> all() {
        List<Section> found = new ArrayList<>();
        Deque<Entry> open = new ArrayDeque<>(List.of(new Entry("", ConfigurationKeys.SECTION)));
        while (!open.isEmpty()) {
            Entry entry = open.removeFirst();
            var inner = new ArrayDeque<Entry>();
            List<Row> rows = new ArrayList<>();
            for (Key<?, ?> key : entry.section.keys()) {
                Entry nested = nested(entry.path.isEmpty() ? key.name() : entry.path + "." + key.name(), key.type());
                if (nested != null) {
                    inner.addFirst(nested);
                }
                rows.add(row(key, nested));
            }
            found.add(new Section(entry.path, rows));
            inner.forEach(open::addFirst);
        }
        return found;
    }

    private static Row row(Key<?, ?> key, @Nullable Entry nested) {
        String meaning = key.conditionText().isEmpty() ? key.doc() : key.doc() + " Only " + key.conditionText() + ".";
        return new Row(key.name(), nested == null ? key.type().allowed() : before(key.type()), nested == null
                ? null
                : nested.path, key.standardShown(), key.required(), key.live(), meaning);
    }

    private static @Nullable Entry nested(String path, Type<?> type) {
        return switch (type) {
            case SectionType<?> section -> new Entry(path, section);
            case MapType<?> map -> new Entry(path + ".NAME", map.section());
            case OffOr<?> offOr -> nested(path, offOr.type());
            case ListType<?> list -> nested(path + "[]", list.item());
            default -> null;
        };
    }

    /** What goes before the path of the section. */
    private static String before(Type<?> type) {
        return switch (type) {
            case OffOr<?> _ -> "off, or ";
            case MapType<?> map -> "each " + map.section().noun() + " by name: ";
            case ListType<?> _ -> "a list of ";
            case SectionType<?> section -> {
                Type<?> shortForm = section.shortFormType();
                yield shortForm == null ? "" : shortForm.allowed() + "; or ";
            }
            default -> "";
        };
    }
}
