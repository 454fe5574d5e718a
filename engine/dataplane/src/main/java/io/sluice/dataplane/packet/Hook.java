package io.sluice.dataplane.packet;

import io.sluice.ringbuffers.bpf.BpfObject;
import io.sluice.ringbuffers.bpf.ProgramType;
import java.io.IOException;
import java.io.InputStream;

/** Where in the kernel the program takes packets; immutable. */
public enum Hook {
    /** tcx, or clsact before Linux 6.6: packets as the kernel has them. */
    TC("tc", ProgramType.SCHED_CLS, 192) {
        @Override
        Outcome outcome(int action) {
            return switch (action) {
                case -1 -> Outcome.PASSED; // TC_ACT_UNSPEC
                case 2 -> Outcome.DROPPED; // TC_ACT_SHOT
                case 7 -> Outcome.SENT; // TC_ACT_REDIRECT
                default -> throw new IllegalStateException("the program answered " + action);
            };
        }
    },
    /** The driver, before the kernel makes packets of frames. */
    XDP("xdp", ProgramType.XDP, 24) {
        @Override
        Outcome outcome(int action) {
            return switch (action) {
                case 2 -> Outcome.PASSED; // XDP_PASS
                case 1 -> Outcome.DROPPED; // XDP_DROP
                case 3, 4 -> Outcome.SENT; // XDP_TX, XDP_REDIRECT
                default -> throw new IllegalStateException("the program answered " + action);
            };
        }
    };

    /** What the kernel does with a packet on the program's word. */
    enum Outcome {
        PASSED, DROPPED, SENT
    }

    final String section;
    final ProgramType type;
    /** Bytes of what the program sees beside the packet: struct __sk_buff, struct xdp_md. */
    final int contextBytes;

    Hook(String section, ProgramType type, int contextBytes) {
        this.section = section;
        this.type = type;
        this.contextBytes = contextBytes;
    }

    abstract Outcome outcome(int action);

    /** The compiled program, kept beside its source. */
    BpfObject object() throws IOException {
        try (InputStream file = Hook.class.getResourceAsStream(section + ".o")) {
            if (file == null) {
                throw new IOException("this build of Sluice lacks its packet program " + section + ".o");
            }
            return BpfObject.of(file.readAllBytes());
        }
    }
}
