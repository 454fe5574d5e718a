package io.sluice.ringbuffers.bpf;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A program that the kernel has taken, held by its descriptor; any thread. */
public final class BpfProgram implements AutoCloseable {
    private static final int LOG_BYTES = 1 << 20;
    /** Of it the kernel writes the end where it is longer (Linux 6.4). */
    private static final int LOG_LEVEL = 1;
    private static final int OUT_BYTES = 4096;

    private final String name;
    private final int fd;

    private BpfProgram(String name, int fd) {
        this.name = name;
        this.fd = fd;
    }

    /**
     * What became of a packet.
     *
     * @param action the program's answer: TC_ACT_..., XDP_...
     * @param packet as it left
     * @param ns the mean of one run
     */
    public record Run(int action, byte[] packet, int ns) {
    }

    static BpfProgram load(ProgramType type, String name, ByteBuffer code, Optional<LineTable> lines)
            throws IOException {
        int types = lines.map(table -> loadTypes(table.types())).orElse(-1);
        byte[] functions = types < 0 ? new byte[0] : lines.orElseThrow().functions();
        byte[] places = types < 0 ? new byte[0] : lines.orElseThrow().lines();
        try (Memory instructions = of(code.array());
                Memory function = of(functions);
                Memory line = of(places);
                Memory license = of("GPL\0".getBytes(StandardCharsets.US_ASCII));
                Command command = new Command()) {
            command.with(0, type.number).with(4, code.capacity() / 8).with(8, instructions.address())
                    .with(16, license.address()).withName(48, "sluice_" + name);
            if (types >= 0) {
                command.with(72, types).with(76, LineTable.FUNCTION_BYTES).with(80, function.address())
                        .with(88, functions.length / LineTable.FUNCTION_BYTES).with(92, LineTable.LINE_BYTES)
                        .with(96, line.address()).with(104, places.length / LineTable.LINE_BYTES);
            }
            int fd = command.call(Command.PROG_LOAD);
            return new BpfProgram(name, fd >= 0 ? fd : again(command, name));
        } finally {
            if (types >= 0) {
                Files.close(types);
            }
        }
    }

    /** A second try, with the log of the verifier, which costs it time. */
    private static int again(Command command, String name) throws IOException {
        try (Memory log = Memory.ofThisThread(LOG_BYTES)) {
            int fd = command.with(24, LOG_LEVEL).with(28, LOG_BYTES).with(32, log.address()).call(Command.PROG_LOAD);
            if (fd >= 0) {
                return fd;
            }
            byte[] bytes = new byte[LOG_BYTES];
            log.get(0, bytes);
            int end = 0;
            while (end < LOG_BYTES && bytes[end] != 0) {
                end++;
            }
            throw new VerifierRefusal(name, fd, new String(bytes, 0, end, StandardCharsets.UTF_8).strip());
        }
    }

    /** Answers a negative number where this kernel does not take them: they only make its messages clearer. */
    private static int loadTypes(byte[] btf) {
        try (Memory types = of(btf); Command command = new Command()) {
            return command.with(0, types.address()).with(16, btf.length).call(Command.BTF_LOAD);
        }
    }

    /**
     * Runs it on a packet that never was on a wire (BPF_PROG_TEST_RUN), in the network namespace of this thread.
     *
     * @param context what the program sees beside the packet: struct __sk_buff or struct xdp_md; empty for the kernel's
     *        own
     * @param times each on the packet as the run before has left it
     */
    public Run testRun(byte[] packet, byte[] context, int times) throws IOException {
        try (Memory in = of(packet);
                Memory about = of(context);
                Memory out = Memory.ofThisThread(OUT_BYTES + packet.length);
                Command command = new Command()) {
            command.with(0, fd).with(8, packet.length).with(12, (int) out.lengthBytes()).with(16, in.address())
                    .with(24, out.address()).with(32, times);
            if (context.length > 0) {
                command.with(40, context.length).with(48, about.address());
            }
            Errno.check(command.call(Command.PROG_TEST_RUN), "running the BPF program " + name + " on a packet");
            byte[] left = new byte[command.answer(12)];
            out.get(0, left);
            return new Run(command.answer(4), left, command.answer(36));
        }
    }

    int fd() {
        return fd;
    }

    private static Memory of(byte[] bytes) {
        Memory memory = Memory.ofThisThread(Math.max(8, bytes.length));
        memory.put(0, bytes);
        return memory;
    }

    @Override
    public void close() {
        Files.close(fd);
    }

    @Override
    public String toString() {
        return "BPF program " + name;
    }
}
