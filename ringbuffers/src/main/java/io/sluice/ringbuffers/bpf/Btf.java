package io.sluice.ringbuffers.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The types of an object (kernel Documentation/bpf/btf.rst), as far as data go; immutable, any thread. */
public final class Btf {
    private static final int MAGIC = 0xEB9F;
    private static final int INT = 1;
    private static final int PTR = 2;
    private static final int ARRAY = 3;
    private static final int STRUCT = 4;
    private static final int UNION = 5;
    private static final int ENUM = 6;
    private static final int FUNC_PROTO = 13;
    private static final int VAR = 14;
    private static final int DATASEC = 15;
    private static final int DECL_TAG = 17;
    private static final int ENUM64 = 19;

    private final ByteBuffer bytes;
    private final int strings;
    private final List<Type> types = new ArrayList<>();

    /**
     * @param at where its description begins
     * @param count of members, values, parameters or variables
     * @param sizeOrType bytes, or the type that it stands for
     */
    record Type(String name, int kind, int at, int count, int sizeOrType) {
    }

    /**
     * A part of a structure.
     *
     * @param offset bytes from its beginning
     */
    public record Member(String name, int offset, int lengthBytes) {
    }

    /** A structure: its size and its parts in order. */
    public record Struct(int lengthBytes, List<Member> members) {
    }

    Btf(ByteBuffer section) {
        bytes = section;
        if (bytes.order() != ByteOrder.LITTLE_ENDIAN || (bytes.getShort(0) & 0xFFFF) != MAGIC) {
            throw new IllegalArgumentException("no BTF");
        }
        int header = bytes.getInt(4);
        int from = header + bytes.getInt(8);
        strings = header + bytes.getInt(16);
        types.add(new Type("void", 0, from, 0, 0));
        for (int at = from; at < from + bytes.getInt(12);) {
            int info = bytes.getInt(at + 4);
            Type type = new Type(text(bytes.getInt(at)), info >> 24 & 0x1F, at, info & 0xFFFF, bytes.getInt(at + 8));
            types.add(type);
            at += 12 + extraBytes(type);
        }
    }

    private static int extraBytes(Type type) {
        return switch (type.kind) {
            case INT, VAR, DECL_TAG -> 4;
            case ARRAY -> 12;
            case STRUCT, UNION, DATASEC, ENUM64 -> 12 * type.count;
            case ENUM, FUNC_PROTO -> 8 * type.count;
            default -> 0;
        };
    }

    /** The structure of that name. */
    public Optional<Struct> struct(String name) {
        return types.stream().filter(type -> type.kind == STRUCT && type.name.equals(name)).findFirst()
                .map(type -> new Struct(type.sizeOrType, members(type)));
    }

    private List<Member> members(Type struct) {
        return memberTypes(struct).entrySet().stream().map(one -> new Member(one.getKey().name, one.getKey().offset,
                size(one.getValue()))).toList();
    }

    /** The names and values of an enumeration, in order. */
    public Map<String, Integer> values(String enumeration) {
        Map<String, Integer> values = new LinkedHashMap<>();
        types.stream().filter(type -> type.kind == ENUM && type.name.equals(enumeration)).findFirst()
                .ifPresent(type -> {
                    for (int i = 0; i < type.count; i++) {
                        int at = type.at + 12 + 8 * i;
                        values.put(text(bytes.getInt(at)), bytes.getInt(at + 4));
                    }
                });
        return values;
    }

    /** The definition of a map (libbpf's form) from the type of its variable in the section {@code .maps}. */
    MapDefinition map(String variable) {
        Type var = types.stream().filter(type -> type.kind == VAR && type.name.equals(variable)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the object's BTF does not know the map " + variable));
        return definition(variable, resolved(var.sizeOrType));
    }

    private MapDefinition definition(String name, Type type) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        MapDefinition inner = null;
        for (Map.Entry<Place, Integer> member : memberTypes(type).entrySet()) {
            Type of = resolved(member.getValue());
            switch (member.getKey().name) {
                case "key" -> numbers.put("key_size", size(of.sizeOrType));
                case "value" -> numbers.put("value_size", size(of.sizeOrType));
                case "values" ->
                    inner = definition(name + ".inner", resolved(resolved(bytes.getInt(of.at + 12)).sizeOrType));
                // __uint(x, n) is a pointer to an array of n
                default -> numbers.put(member.getKey().name, bytes.getInt(resolved(of.sizeOrType).at + 20));
            }
        }
        int valueBytes = inner == null ? numbers.getOrDefault("value_size", 0) : Integer.BYTES;
        return new MapDefinition(name, numbers.getOrDefault("type", 0), numbers.getOrDefault("key_size", 0),
                valueBytes, numbers.getOrDefault("max_entries", 0), numbers.getOrDefault("map_flags", 0), inner);
    }

    private record Place(String name, int offset) {
    }

    private Map<Place, Integer> memberTypes(Type struct) {
        Map<Place, Integer> members = new LinkedHashMap<>();
        for (int i = 0; i < struct.count; i++) {
            int at = struct.at + 12 + 12 * i;
            members.put(new Place(text(bytes.getInt(at)), bytes.getInt(at + 8) / 8), bytes.getInt(at + 4));
        }
        return members;
    }

    /** Bytes of a value of a type. */
    private int size(int id) {
        Type type = resolved(id);
        return switch (type.kind) {
            case PTR -> Long.BYTES;
            case ARRAY -> size(bytes.getInt(type.at + 12)) * bytes.getInt(type.at + 20);
            default -> type.sizeOrType;
        };
    }

    /** Through typedef, const, volatile and restrict. */
    private Type resolved(int id) {
        Type type = types.get(id);
        return type.kind >= 8 && type.kind <= 11 ? resolved(type.sizeOrType) : type;
    }

    /**
     * The same with sizes of sections and places of variables, which clang leaves to the linker and the kernel wants.
     */
    byte[] complete(Elf elf) {
        ByteBuffer copy = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        for (Type type : types) {
            if (type.kind == DATASEC) {
                elf.find(type.name).ifPresent(section -> copy.putInt(type.at + 8, section.lengthBytes()));
                for (int i = 0; i < type.count; i++) {
                    int at = type.at + 12 + 12 * i;
                    elf.symbol(types.get(copy.getInt(at)).name).ifPresent(symbol -> copy.putInt(at + 4,
                            (int) symbol.value()));
                }
            }
        }
        return copy.array();
    }

    /** A string of its table. */
    String text(int offset) {
        int at = strings + offset;
        int end = at;
        while (bytes.get(end) != 0) {
            end++;
        }
        return new String(bytes.array(), at, end - at, StandardCharsets.UTF_8);
    }
}
