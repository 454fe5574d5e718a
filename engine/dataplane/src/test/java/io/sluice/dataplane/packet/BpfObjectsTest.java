package io.sluice.dataplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ringbuffers.bpf.BpfObject;
import io.sluice.testbed.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The objects that are kept beside the source are that source, compiled by Debian's clang. */
@Tag("peer")
class BpfObjectsTest {
    private static final Path SOURCE = Path.of("dataplane/src/main/bpf").toAbsolutePath();

    @Test
    void the_source_compiles_to_the_instructions_that_are_kept(@TempDir Path folder) throws Exception {
        Program.run(folder, "bash", List.of("bash", SOURCE.resolve("build").toString(), folder.toString()));
        for (Hook hook : Hook.values()) {
            BpfObject kept = BpfObject.of(Files.readAllBytes(SOURCE.resolve(hook.section + ".o")));
            BpfObject compiled = BpfObject.of(Files.readAllBytes(folder.resolve(hook.section + ".o")));
            assertThat(compiled.instructions(hook.section).array())
                    .as(hook.section + ".o differs from its source: engine/dataplane/src/main/bpf/build")
                    .isEqualTo(kept.instructions(hook.section).array());
            assertThat(compiled.maps()).isEqualTo(kept.maps());
            assertThat(compiled.constants().array()).isEqualTo(kept.constants().array());
        }
    }
}
