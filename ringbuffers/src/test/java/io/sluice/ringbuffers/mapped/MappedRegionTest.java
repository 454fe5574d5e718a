package io.sluice.ringbuffers.mapped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedRegionTest {
    private static final Layout LAYOUT = new Layout("test file", Layout.magic("SLTEST01"), 3);
    private static final Geometry GEOMETRY = new Geometry(1 << 20, 7, 8, 9);

    @TempDir
    Path directory;

    @Test
    void what_one_opening_writes_the_next_one_adopts() throws IOException {
        Path path = directory.resolve("state").resolve("table");
        try (MappedRegion region = open(path, LAYOUT, GEOMETRY, Opened.Outcome.CREATED).region()) {
            region.writeLong(8192, 42);
        }
        try (MappedRegion region = open(path, LAYOUT, GEOMETRY, Opened.Outcome.ADOPTED).region()) {
            assertThat(region.readLong(8192)).isEqualTo(42);
        }
        try (MappedRegion region = MappedRegion.openReadOnly(path, LAYOUT)) {
            assertThat(region.readLong(8192)).isEqualTo(42);
            assertThat(region.geometry()).isEqualTo(GEOMETRY);
            assertThatThrownBy(() -> region.writeLong(8192, 1)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("for reading only");
        }
    }

    @Test
    void a_file_of_another_version_is_put_aside_and_replaced() throws IOException {
        Path path = directory.resolve("table");
        try (MappedRegion region = MappedRegion.create(path, LAYOUT, GEOMETRY)) {
            region.writeLong(8192, 42);
        }
        Opened opened = open(path, new Layout("test file", LAYOUT.magic(), 4), GEOMETRY, Opened.Outcome.REPLACED);
        try (MappedRegion region = opened.region()) {
            assertThat(region.readLong(8192)).isZero();
            assertThat(opened.detail()).contains("layout version 3, this program has 4", "table.old");
            assertThat(opened.putAside()).isEqualTo(directory.resolve("table.old")).exists();
        }
        assertThatThrownBy(() -> MappedRegion.openReadOnly(path, LAYOUT))
                .hasMessageContaining("same version of sluice");
    }

    @Test
    void a_file_of_another_size_is_put_aside_and_can_still_be_read() throws IOException {
        Path path = directory.resolve("table");
        MappedRegion.create(path, LAYOUT, GEOMETRY).close();
        Opened opened = open(path, LAYOUT, new Geometry(2 << 20, 7, 8, 9), Opened.Outcome.REPLACED);
        opened.region().close();
        try (MappedRegion former = MappedRegion.openReadOnly(directory.resolve("table.old"), LAYOUT)) {
            assertThat(former.geometry()).isEqualTo(GEOMETRY);
        }
    }

    @Test
    void damaged_and_foreign_files_are_recognised() throws IOException {
        Path path = directory.resolve("table");
        MappedRegion.create(path, LAYOUT, GEOMETRY).close();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[]{1}), 30);
        }
        assertThat(open(path, LAYOUT, GEOMETRY, Opened.Outcome.REPLACED).detail()).contains("header is damaged");

        Files.writeString(path, "not a table");
        assertThat(open(path, LAYOUT, GEOMETRY, Opened.Outcome.REPLACED).detail()).contains("header is damaged");

        MappedRegion.create(path, new Layout("other file", Layout.magic("SLOTHER1"), 3), GEOMETRY).close();
        assertThat(open(path, LAYOUT, GEOMETRY, Opened.Outcome.REPLACED).detail()).contains("another kind of file");
    }

    @Test
    void a_truncated_file_is_replaced_instead_of_crashing_the_process() throws IOException {
        Path path = directory.resolve("table");
        MappedRegion.create(path, LAYOUT, GEOMETRY).close();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(8192);
        }
        assertThat(open(path, LAYOUT, GEOMETRY, Opened.Outcome.REPLACED).detail()).contains("header is damaged");
    }

    @Test
    void access_outside_the_region_or_after_closing_throws() throws IOException {
        MappedRegion region = MappedRegion.create(directory.resolve("table"), LAYOUT, GEOMETRY);
        assertThatThrownBy(() -> region.readLong((1 << 20) - 7)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> region.writeLong(-8, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> region.clear(4096, 1 << 20)).isInstanceOf(IndexOutOfBoundsException.class);
        region.close();
        region.close();
        assertThatThrownBy(() -> region.readLong(4096)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void an_untouched_region_uses_no_disk() throws IOException {
        Path path = directory.resolve("table");
        MappedRegion.create(path, LAYOUT, new Geometry(1L << 30, 0, 0, 0)).close();
        assertThat(((Number) Files.getAttribute(path, "unix:size")).longValue()).isEqualTo(1L << 30);
        try (var process = new ProcessBuilder("du", "-k", path.toString()).start().inputReader()) {
            assertThat(Integer.parseInt(process.readLine().split("\\s+")[0])).isLessThan(64);
        }
    }

    @Test
    void a_missing_file_says_what_to_do() {
        assertThatThrownBy(() -> MappedRegion.openReadOnly(directory.resolve("absent"), LAYOUT))
                .isInstanceOf(NoSuchFileException.class).hasMessageContaining("has the daemon run");
    }

    @Test
    void what_had_to_go_on_in_memory_is_read_by_its_name_and_adopted_while_its_process_lives() throws IOException {
        Path path = directory.resolve("table");
        MappedRegion.openOrCreate(path, LAYOUT, GEOMETRY).region().close();
        MappedRegion lost = open(path, LAYOUT, GEOMETRY, Opened.Outcome.ADOPTED).region();
        lost.writeLong(8192, 42);
        assertThat(lost.goOnInMemory()).isTrue();
        assertThat(lost.isInMemory()).isTrue();
        lost.writeLong(8200, 43);
        try (MappedRegion region = MappedRegion.openReadOnly(path, LAYOUT)) {
            assertThat(region.readLong(8192)).isEqualTo(42);
            assertThat(region.readLong(8200)).isEqualTo(43);
        }
        Opened during = open(path, LAYOUT, GEOMETRY, Opened.Outcome.REPLACED);
        assertThat(during.region().isInMemory()).isFalse();
        try (MappedRegion former = MappedRegion.openReadOnly(during.putAside(), LAYOUT)) {
            assertThat(former.readLong(8200)).isEqualTo(43);
        }
        during.region().close();
        lost.close();
    }

    @Test
    void what_went_on_in_memory_and_ended_leaves_the_file_from_before() throws IOException {
        Path path = directory.resolve("table");
        MappedRegion lost = MappedRegion.openOrCreate(path, LAYOUT, GEOMETRY).region();
        lost.writeLong(8192, 42);
        lost.goOnInMemory();
        lost.close();
        assertThatThrownBy(() -> MappedRegion.openReadOnly(path, LAYOUT)).isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("was in memory alone");
        Opened next = open(path, LAYOUT, GEOMETRY, Opened.Outcome.REPLACED);
        try (MappedRegion former = MappedRegion.openReadOnly(next.putAside(), LAYOUT)) {
            assertThat(former.readLong(8192)).isEqualTo(42);
        }
        next.region().close();
    }

    private static Opened open(Path path, Layout layout, Geometry geometry, Opened.Outcome expected)
            throws IOException {
        Opened opened = MappedRegion.openOrCreate(path, layout, geometry);
        assertThat(opened.outcome()).as(opened.detail()).isEqualTo(expected);
        return opened;
    }
}
