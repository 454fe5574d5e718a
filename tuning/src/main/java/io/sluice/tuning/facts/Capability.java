package io.sluice.tuning.facts;

/** The capabilities Sluice may need, with the kernel's numbers (linux/capability.h). */
public enum Capability {
    NET_BIND_SERVICE(10), NET_ADMIN(12), NET_RAW(13), IPC_LOCK(14), SYS_ADMIN(21), SYS_NICE(23), SYS_RESOURCE(24),
    /** Without it the verifier refuses to read packets at places that a header tells. */
    PERFMON(38), BPF(39);

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    public boolean in(long mask) {
        return (mask >>> number & 1) == 1;
    }

    /** As in {@code man 7 capabilities} and systemd units. */
    public String kernelName() {
        return "CAP_" + name();
    }
}
