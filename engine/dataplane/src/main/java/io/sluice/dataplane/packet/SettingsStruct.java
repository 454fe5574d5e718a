package io.sluice.dataplane.packet;

import java.nio.ByteBuffer;

/** {@code struct settings}: constants that are written into the program before it is loaded. Immutable, any thread. */
final class SettingsStruct {
    /** As {@code LAYOUT}: raised with every change of a structure. */
    static final int LAYOUT = 1;
    static final CStruct STRUCT = CStruct.of("settings", "layout", 4, "zero", 4, "fragment_ns", 8);

    private SettingsStruct() {
    }

    static int layout(ByteBuffer constants, int at) {
        return constants.getInt(at + STRUCT.at("layout"));
    }

    static void fragmentNs(ByteBuffer constants, int at, long ns) {
        constants.putLong(at + STRUCT.at("fragment_ns"), ns);
    }
}
