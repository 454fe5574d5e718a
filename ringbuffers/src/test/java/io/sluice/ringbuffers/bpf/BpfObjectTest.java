package io.sluice.ringbuffers.bpf;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is no object is refused in words; objects themselves are tested with the packet program. */
class BpfObjectTest {
    @Test
    void other_bytes_are_no_object() {
        assertThatThrownBy(() -> BpfObject.of(new byte[0])).hasMessage("no 64-bit little-endian ELF object");
        assertThatThrownBy(() -> BpfObject.of(new byte[1000])).hasMessage("no 64-bit little-endian ELF object");
    }

    @Test
    void a_truncated_object_is_named() {
        byte[] header = Arrays.copyOf(new byte[]{0x7F, 'E', 'L', 'F', 2, 1, 1}, 64);
        header[41] = 2; // sections from 512 on
        header[60] = 3;
        assertThatThrownBy(() -> BpfObject.of(header)).hasMessage("a truncated ELF object");
    }
}
