package io.sluice.ringbuffers.bpf;

/** Where a program runs ({@code enum bpf_prog_type}); immutable. */
public enum ProgramType {
    /** Traffic control: tcx and clsact. */
    SCHED_CLS(3),
    XDP(6);

    final int number;

    ProgramType(int number) {
        this.number = number;
    }
}
