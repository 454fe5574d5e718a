package io.sluice.ringbuffers.bpf;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A program attached to an interface, held by its descriptor: when that is closed, by this process or by its end, the
 * interface is as it was. Any thread.
 */
public final class BpfLink implements AutoCloseable {
    /** No interface has this index. */
    private static final int NO_INTERFACE = Integer.MAX_VALUE;

    private final int fd;
    private final String what;

    private BpfLink(int fd, String what) {
        this.fd = fd;
        this.what = what;
    }

    /** Where a program is attached ({@code enum bpf_attach_type}); immutable. */
    public enum Place {
        /** Linux 6.6; programs are run one after another, this one at last. */
        TCX_INGRESS(46, 0),
        /** The driver's own hook. */
        XDP_NATIVE(37, 1 << 2),
        /** After the driver, which need not know XDP. */
        XDP_GENERIC(37, 1 << 1);

        private final int type;
        private final int flags;

        Place(int type, int flags) {
            this.type = type;
            this.flags = flags;
        }
    }

    /**
     * Attaches a program.
     *
     * @param interfaceIndex in the network namespace of this thread
     * @throws IOException also where the driver or the kernel has no such place
     */
    public static BpfLink attach(BpfProgram program, int interfaceIndex, Place place) throws IOException {
        String what = program + " at " + place + " of interface " + interfaceIndex;
        return new BpfLink(Errno.check(create(program, interfaceIndex, place), "attaching the " + what), what);
    }

    /** Whether this kernel has tcx; nothing is attached: it is asked for an interface that cannot be. */
    public static boolean hasTcx(BpfProgram program) {
        return create(program, NO_INTERFACE, Place.TCX_INGRESS) == -Errno.ENODEV;
    }

    private static int create(BpfProgram program, int interfaceIndex, Place place) {
        try (Command command = new Command()) {
            return command.with(0, program.fd()).with(4, interfaceIndex).with(8, place.type).with(12, place.flags)
                    .call(Command.LINK_CREATE);
        }
    }

    /** Puts another program in the place of the one that runs; no packet passes by in between. */
    public void replace(BpfProgram successor) throws IOException {
        try (Command command = new Command()) {
            Errno.check(command.with(0, fd).with(4, successor.fd()).call(Command.LINK_UPDATE), "replacing the " + what
                    + " by the " + successor);
        }
    }

    /** Keeps the program attached when this process has ended: until that name is deleted. */
    public void pin(Path name) throws IOException {
        Pins.pin(fd, name, what);
    }

    /** A link that another process has pinned. */
    public static BpfLink pinned(Path name) throws IOException {
        return new BpfLink(Pins.open(name), "BPF link " + name);
    }

    @Override
    public void close() {
        Files.close(fd);
    }

    @Override
    public String toString() {
        return what;
    }
}
