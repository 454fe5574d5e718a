package io.sluice.ringbuffers.bpf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An object file of {@code clang -target bpf}: one program, the maps it names and its constants; immutable, any thread.
 * Programs that call functions of their own are not understood.
 */
public final class BpfObject {
    private static final String MAPS = ".maps";
    private static final String CONSTANTS = ".rodata";
    private static final int R_BPF_64_64 = 1;
    /** What the source register of a 16-byte load says of its constant (linux/bpf.h). */
    private static final int BPF_PSEUDO_MAP_FD = 1;
    private static final int BPF_PSEUDO_MAP_VALUE = 2;

    private final Elf elf;
    private final Btf btf;
    private final Map<String, MapDefinition> maps = new TreeMap<>();

    private BpfObject(Elf elf) {
        this.elf = elf;
        btf = new Btf(elf.content(elf.section(".BTF")));
        elf.find(MAPS).ifPresent(section -> elf.symbols(section).forEach(symbol -> maps.put(symbol.name(), btf.map(
                symbol.name()))));
    }

    /** @throws IllegalArgumentException saying what is wrong with these bytes */
    public static BpfObject of(byte[] file) {
        return new BpfObject(new Elf(file));
    }

    /** What it says of its types. */
    public Btf btf() {
        return btf;
    }

    /** Its maps by name, as it wants them. */
    public Map<String, MapDefinition> maps() {
        return Map.copyOf(maps);
    }

    /** The instructions of a section, little-endian, before maps have descriptors. */
    public ByteBuffer instructions(String section) {
        return elf.content(elf.section(section));
    }

    /** Its constants, to be changed before it is loaded; empty where it has none. */
    public ByteBuffer constants() {
        return elf.find(CONSTANTS).map(elf::content).orElseGet(() -> ByteBuffer.allocate(0).order(
                ByteOrder.LITTLE_ENDIAN));
    }

    /** Where a constant begins in {@link #constants()}. */
    public int constant(String name) {
        return (int) elf.symbol(name).orElseThrow(() -> new IllegalArgumentException("the object has no " + name))
                .value();
    }

    /**
     * Creates the maps and gives the program to the verifier.
     *
     * @param section which program: its section
     * @param type what kind of program it is
     * @param entries how many entries a map has, where that is not what the object says
     * @param constants as changed from {@link #constants()}
     * @throws VerifierRefusal if the kernel does not take the program
     * @throws IOException if a map cannot be made
     */
    public LoadedObject load(String section, ProgramType type, Map<String, Integer> entries, ByteBuffer constants)
            throws IOException {
        return load(section, type, entries, constants, Map.of());
    }

    /**
     * The same with maps that are there already, written by a program that has the same structures.
     *
     * @param shared by name; each stays its owner's to close
     */
    public LoadedObject load(String section, ProgramType type, Map<String, Integer> entries, ByteBuffer constants,
            Map<String, BpfMap> shared) throws IOException {
        Map<String, BpfMap> made = new LinkedHashMap<>();
        try {
            for (MapDefinition map : maps.values()) {
                BpfMap there = shared.get(map.name());
                made.put(map.name(), there != null
                        ? there.again()
                        : BpfMap.create(map.withEntries(entries.getOrDefault(map.name(), map.entries()))));
            }
            if (constants.capacity() > 0) {
                BpfMap map = BpfMap.create(new MapDefinition(CONSTANTS, MapDefinition.ARRAY, Integer.BYTES, constants
                        .capacity(), 1, BpfMap.BPF_F_RDONLY_PROG, null));
                made.put(CONSTANTS, map);
                map.update(map.key(0), constants, BpfMap.BPF_ANY);
                map.freeze();
            }
            return new LoadedObject(made, BpfProgram.load(type, section, related(section, made), LineTable.of(elf, btf,
                    section)));
        } catch (IOException | RuntimeException failure) {
            made.values().forEach(BpfMap::close);
            throw failure;
        }
    }

    /** The instructions with the descriptors of maps where the object names maps. */
    private ByteBuffer related(String name, Map<String, BpfMap> made) {
        Elf.Section section = elf.section(name);
        ByteBuffer code = elf.content(section);
        for (Elf.Relocation relocation : elf.relocations(section)) {
            int at = (int) relocation.offset();
            String in = elf.section(relocation.symbol().section()).name();
            boolean constant = in.startsWith(CONSTANTS);
            BpfMap map = Optional.ofNullable(made.get(constant ? CONSTANTS : relocation.symbol().name()))
                    .filter(_ -> relocation.type() == R_BPF_64_64)
                    .orElseThrow(() -> new IllegalArgumentException("the program names "
                            + relocation.symbol().name() + " in " + in + ", which is no map"));
            int source = constant ? BPF_PSEUDO_MAP_VALUE : BPF_PSEUDO_MAP_FD; // the upper half of the registers
            code.put(at + 1, (byte) ((code.get(at + 1) & 0x0F) | source << 4));
            if (constant) { // the addend becomes the place in the value
                code.putInt(at + 12, code.getInt(at + 4) + (int) relocation.symbol().value());
            }
            code.putInt(at + 4, map.fd());
        }
        return code;
    }
}
