package io.sluice.program.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTest {
    @Test
    void messages_point_into_the_checkout_or_to_where_the_package_puts_pages_and_examples(@TempDir Path home)
            throws Exception {
        String page = "operate/several-nodes.md";
        assertThat(Path.of("docs").resolve(page)).exists(); // tests run in the engine's folder
        assertThat(Documents.at(Path.of(""), "docs/" + page, page)).isEqualTo(Path.of("docs/" + page));
        assertThat(Documents.at(home, "docs/" + page, page)).isEqualTo(Path.of("/usr/share/doc/sluice/" + page));
        assertThat(Files.readString(Path.of("packaging/pom.xml"))).contains(
                "<src>${engine}/docs</src><type>directory</type><mapper><type>perm</type><prefix>/usr/share/doc/sluice</prefix>",
                "<src>${engine}/examples</src><type>directory</type><mapper><type>perm</type><prefix>/usr/share/doc/sluice/examples</prefix>");
        assertThat(Ran.sluice("ha").err()).contains(page);
    }
}
