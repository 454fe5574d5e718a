package io.sluice.perftests.contender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contenders by what users type. */
class ContendersTest {
    @TempDir
    private Path folder;

    @Test
    void a_build_of_sluice_is_described_by_its_version() throws IOException {
        Path launcher = Files.writeString(folder.resolve("sluice"), """
                #!/bin/sh
                echo 'building once ...'
                echo 'sluice 9.8.7'
                echo 'java   25.0.3 (somebody)'
                echo 'system Linux 6.18 amd64'
                """);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(Contenders.sluice("baseline", launcher).describe())
                .isEqualTo("sluice 9.8.7, java 25.0.3 (somebody), 1 worker");
    }

    @Test
    void unknown_contenders_and_options_are_named_with_what_is_known() {
        assertThatThrownBy(() -> Contenders.of("envoy")).hasMessageContaining("sluice, haproxy, nginx, nft, direct");
        assertThatThrownBy(() -> Contenders.of("haproxy:threads=2")).hasMessageContaining("threads")
                .hasMessageContaining("bufsize");
        assertThatThrownBy(() -> Contenders.of("sluice:epoll")).hasMessageContaining("KEY=VALUE");
    }
}
