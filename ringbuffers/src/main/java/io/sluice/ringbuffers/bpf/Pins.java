package io.sluice.ringbuffers.bpf;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Names in a BPF file system (/sys/fs/bpf), which keep maps and links alive without a process; any thread. */
final class Pins {
    private Pins() {
    }

    static void pin(int fd, Path name, String what) throws IOException {
        try (Memory path = path(name); Command command = new Command()) {
            Errno.check(command.with(0, path.address()).with(8, fd).call(Command.OBJ_PIN), "pinning the " + what
                    + " as " + name);
        }
    }

    static int open(Path name) throws IOException {
        try (Memory path = path(name); Command command = new Command()) {
            return Errno.check(command.with(0, path.address()).call(Command.OBJ_GET), "opening " + name);
        }
    }

    private static Memory path(Path name) {
        byte[] bytes = (name.toAbsolutePath() + "\0").getBytes(StandardCharsets.UTF_8);
        Memory memory = Memory.ofThisThread(bytes.length);
        memory.put(0, bytes);
        return memory;
    }
}
