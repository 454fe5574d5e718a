package io.sluice.program.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.tuning.check.Check;
import io.sluice.tuning.check.HostChecks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Keeps docs/reference/findings.md equal to the checks; -Ddocs.write=true writes it anew. */
class FindingsPageTest {
    private static final Path PAGE = Path.of("docs/reference/findings.md");

    @Test
    void the_reference_page_lists_every_check_as_it_is() throws IOException {
        String wanted = page();
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, wanted);
        }
        assertThat(Files.readString(PAGE)).as("run the test with -Ddocs.write=true, then read the diff").isEqualTo(
                wanted);
    }

    private static String page() {
        StringBuilder page = new StringBuilder("# Findings\n\nWhat `sluice doctor` looks at: ")
                .append(HostChecks.ALL.size())
                .append(" checks. The names are those that `--only` takes. How to read a\n"
                        + "finding, and what to do with it, is in [doctor](../operate/doctor.md). Sources are kernel documents\n"
                        + "(Documentation/ of the kernel's source), RFCs and manual pages.\n\n");
        for (Check check : HostChecks.ALL) {
            page.append("## ").append(check.id()).append("\n").append(check.title()).append(".\n\n").append(check.why())
                    .append("\n\nSource: ").append(check.source()).append("\n\n");
        }
        return page.toString().stripTrailing() + "\n";
    }
}
