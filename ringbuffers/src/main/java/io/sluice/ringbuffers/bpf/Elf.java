package io.sluice.ringbuffers.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sections, symbols and relocations of a 64-bit little-endian ELF object (elf(5)); immutable, any thread. */
final class Elf {
    private static final int MAGIC = 0x464C457F;
    private static final int SHT_SYMTAB = 2;
    private static final int SHT_REL = 9;

    private final ByteBuffer bytes;
    private final List<Section> sections = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();

    /** @param info of relocations: the section that they are for */
    record Section(int index, String name, int type, int offset, int lengthBytes, int link, int info) {
    }

    /** @param section its index; 0 where it is not in this object */
    record Symbol(String name, int section, long value) {
    }

    /** @param offset bytes from the beginning of the section that is changed */
    record Relocation(long offset, int type, Symbol symbol) {
    }

    /** @throws IllegalArgumentException if these are not the bytes of such an object */
    Elf(byte[] object) {
        bytes = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        if (object.length < 64 || bytes.getInt(0) != MAGIC || bytes.get(4) != 2 || bytes.get(5) != 1) {
            throw new IllegalArgumentException("no 64-bit little-endian ELF object");
        }
        try {
            readSections();
            readSymbols();
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a truncated ELF object", e);
        }
    }

    private void readSections() {
        int table = (int) bytes.getLong(40);
        int count = bytes.getShort(60);
        int names = (int) bytes.getLong(table + bytes.getShort(62) * 64 + 24);
        for (int i = 0; i < count; i++) {
            int at = table + i * 64;
            sections.add(new Section(i, text(names + bytes.getInt(at)), bytes.getInt(at + 4), (int) bytes.getLong(at
                    + 24), (int) bytes.getLong(at + 32), bytes.getInt(at + 40), bytes.getInt(at + 44)));
        }
    }

    private void readSymbols() {
        for (Section section : sections) {
            if (section.type == SHT_SYMTAB) {
                int names = sections.get(section.link).offset;
                for (int at = section.offset; at < section.offset + section.lengthBytes; at += 24) {
                    symbols.add(new Symbol(text(names + bytes.getInt(at)), bytes.getShort(at + 6), bytes.getLong(at
                            + 8)));
                }
            }
        }
    }

    Optional<Section> find(String name) {
        return sections.stream().filter(section -> section.name.equals(name)).findFirst();
    }

    /** @throws IllegalArgumentException if there is none of that name */
    Section section(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("the object has no section " + name));
    }

    Section section(int index) {
        return sections.get(index);
    }

    /** A copy of what is in a section, little-endian. */
    ByteBuffer content(Section section) {
        byte[] copy = new byte[section.lengthBytes];
        bytes.get(section.offset, copy);
        return ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    }

    Optional<Symbol> symbol(String name) {
        return symbols.stream().filter(symbol -> symbol.name.equals(name) && symbol.section != 0).findFirst();
    }

    /** The named symbols of a section. */
    List<Symbol> symbols(Section in) {
        return symbols.stream().filter(symbol -> symbol.section == in.index && !symbol.name.isEmpty()).toList();
    }

    List<Relocation> relocations(Section of) {
        List<Relocation> found = new ArrayList<>();
        for (Section section : sections) {
            if (section.type == SHT_REL && section.info == of.index) {
                for (int at = section.offset; at < section.offset + section.lengthBytes; at += 16) {
                    found.add(new Relocation(bytes.getLong(at), bytes.getInt(at + 8), symbols.get(bytes.getInt(at
                            + 12))));
                }
            }
        }
        return found;
    }

    private String text(int at) {
        int end = at;
        while (bytes.get(end) != 0) {
            end++;
        }
        return new String(bytes.array(), at, end - at, StandardCharsets.UTF_8);
    }
}
