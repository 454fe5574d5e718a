package io.sluice.ringbuffers.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Which line of the source each instruction comes from (section .BTF.ext, kernel Documentation/bpf/btf.rst): with it
 * the verifier explains itself by lines. Immutable, any thread.
 *
 * @param types the object's BTF as the kernel wants it
 * @param functions records of struct bpf_func_info
 * @param lines records of struct bpf_line_info
 */
record LineTable(byte[] types, byte[] functions, byte[] lines) {
    static final int FUNCTION_BYTES = 8;
    static final int LINE_BYTES = 16;

    /** Empty where the object has none for the section. */
    static Optional<LineTable> of(Elf elf, Btf btf, String section) {
        return elf.find(".BTF.ext").map(found -> {
            ByteBuffer info = elf.content(found);
            int header = info.getInt(4);
            byte[] functions = records(btf, info, header + info.getInt(8), info.getInt(12), section, FUNCTION_BYTES);
            byte[] lines = records(btf, info, header + info.getInt(16), info.getInt(20), section, LINE_BYTES);
            return new LineTable(btf.complete(elf), functions, lines);
        }).filter(table -> table.functions.length > 0 && table.lines.length > 0);
    }

    /** The records of a section, shortened to what is understood, with numbers of instructions instead of bytes. */
    private static byte[] records(Btf btf, ByteBuffer info, int from, int lengthBytes, String section, int wanted) {
        int record = info.getInt(from);
        for (int at = from + 4; at < from + lengthBytes;) {
            int count = info.getInt(at + 4);
            if (btf.text(info.getInt(at)).equals(section)) {
                ByteBuffer out = ByteBuffer.allocate(count * wanted).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < count; i++) {
                    out.put(i * wanted, info, at + 8 + i * record, wanted);
                    out.putInt(i * wanted, out.getInt(i * wanted) / 8);
                }
                return out.array();
            }
            at += 8 + count * record;
        }
        return new byte[0];
    }
}
