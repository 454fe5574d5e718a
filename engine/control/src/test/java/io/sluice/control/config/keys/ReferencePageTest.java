package io.sluice.control.config.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Keeps docs/reference/configuration.md equal to the keys; -Ddocs.write=true writes it anew. */
class ReferencePageTest {
    private static final Path PAGE = Path.of("docs/reference/configuration.md");

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

    @Test
    void the_reference_page_lists_every_key_as_it_is() throws IOException {
        KeySections.all().forEach(this::add);
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, page.toString());
        }
        assertThat(Files.readString(PAGE)).as("run the test with -Ddocs.write=true, then read the diff").isEqualTo(
                page.toString());
    }

    private void add(KeySections.Section section) {
        page.append("\n## ").append(section.path().isEmpty() ? "Top of the file" : "`" + section.path() + "`");
        page.append("\n\n| key | holds | default | meaning |\n|---|---|---|---|\n");
        for (KeySections.Row row : section.rows()) {
            page.append("| `").append(row.name()).append('`').append(row.live() ? "" : " ↻").append(" | ")
                    .append(cell(row.holds().replaceFirst("^off, or $", "`off`, or "))).append(link(row.section()))
                    .append(" | ").append(row.required() ? "**required**" : cell(row.standard())).append(" | ")
                    .append(cell(row.meaning())).append(" |\n");
        }
    }

    private static String link(@Nullable String section) {
        return section == null
                ? ""
                : "[" + section + "](#" + section.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "") + ")";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
