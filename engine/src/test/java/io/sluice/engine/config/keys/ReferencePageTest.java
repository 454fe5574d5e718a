package io.sluice.engine.config.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Keeps docs/reference/configuration.md equal to the keys; -Ddocs.write=true writes it anew. */
class ReferencePageTest {
    private static final Path PAGE = Path.of("docs/reference/configuration.md");

    /** A section and the path that leads to it. */
    private record Entry(String path, SectionType<?> section) {
    }

    private final StringBuilder page = new StringBuilder(
            """
                    # Configuration reference

                    Every key of the configuration file, made from the same definitions that read it. How to use them:
                    [the configuration file](../configure/file.md). `sluice check` tells every problem with its place;
                    `sluice check --schema` prints a JSON Schema for editors. ↻ marks what waits for a restart: a reload says so and
                    changes the rest.

                    Durations carry a unit (`500ms 6s 6m 6h 1d`, also `1h30m`), sizes too (`64KiB 1MiB`). Addresses are IP addresses:
                    names are not resolved. Paths are relative to the directory of the file.
                    """);
    private final Deque<Entry> sections = new ArrayDeque<>();

    @Test
    void the_reference_page_lists_every_key_as_it_is() throws IOException {
        sections.add(new Entry("", ConfigurationKeys.SECTION));
        while (!sections.isEmpty()) {
            add(sections.removeFirst());
        }
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, page.toString());
        }
        assertThat(Files.readString(PAGE)).as("run the test with -Ddocs.write=true, then read the diff").isEqualTo(
                page.toString());
    }

    private void add(Entry entry) {
        page.append("\n## ").append(entry.path.isEmpty() ? "Top of the file" : "`" + entry.path + "`").append("\n\n");
        page.append("| key | holds | default | meaning |\n|---|---|---|---|\n");
        var inner = new ArrayDeque<Entry>();
        for (Key<?, ?> key : entry.section.keys()) {
            String path = entry.path.isEmpty() ? key.name() : entry.path + "." + key.name();
            Entry nested = nested(path, key.type());
            if (nested != null) {
                inner.addFirst(nested);
            }
            page.append("| `").append(key.name()).append('`').append(key.live() ? "" : " ↻").append(" | ")
                    .append(cell(nested == null ? key.type().allowed() : shape(key.type(), nested))).append(" | ")
                    .append(cell(standard(key))).append(" | ").append(cell(key.doc()));
            if (!key.conditionText().isEmpty()) {
                page.append(" Only ").append(cell(key.conditionText())).append('.');
            }
            page.append(" |\n");
        }
        inner.forEach(sections::addFirst);
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

    private static String shape(Type<?> type, Entry nested) {
        String link = "[" + nested.path + "](#"
                + nested.path.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9-]", "")
                + ")";
        return switch (type) {
            case OffOr<?> _ -> "`off`, or " + link;
            case MapType<?> map -> "each " + map.section().noun() + " by name: " + link;
            case ListType<?> _ -> "a list of " + link;
            case SectionType<?> section -> {
                Type<?> shortForm = section.shortFormType();
                yield shortForm == null ? link : shortForm.allowed() + "; or " + link;
            }
            default -> link;
        };
    }

    private static String standard(Key<?, ?> key) {
        return key.required() ? "**required**" : key.standardShown();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
