package io.sluice.ringbuffers.syscall;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Binds functions of the C library; any thread. Pointers travel as {@code long} addresses so that a call allocates
 * nothing. {@code Linker.Option.critical} is never used: a call that blocks would stall every safepoint.
 */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout CAPTURE_LAYOUT = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURE_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> CAPTURE = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate(CAPTURE_LAYOUT));

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private Libc() {
    }

    /** Binds a function that reports failure by -1 and errno; the handle takes {@link #capture()} first. */
    static MethodHandle downcall(String name, FunctionDescriptor signature) {
        MemorySegment address = LINKER.defaultLookup().find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
        return LINKER.downcallHandle(address, signature, CAPTURE_ERRNO);
    }

    /** The same for a C function with variable arguments, of which the first {@code fixedArguments} are fixed. */
    static MethodHandle downcallVariadic(String name, FunctionDescriptor signature, int fixedArguments) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), signature, CAPTURE_ERRNO,
                Linker.Option.firstVariadicArg(fixedArguments));
    }

    static FunctionDescriptor returning(MemoryLayout result, MemoryLayout... arguments) {
        return FunctionDescriptor.of(result, arguments);
    }

    /** This thread's place where the next call leaves errno. */
    static MemorySegment capture() {
        return CAPTURE.get();
    }

    /** The result as the kernel answers it: {@code result}, or the negated errno where the C library said -1. */
    static int answer(int result, MemorySegment capture) {
        return result >= 0 ? result : -(int) ERRNO.get(capture, 0L);
    }

    static long answer(long result, MemorySegment capture) {
        return result >= 0 ? result : -(int) ERRNO.get(capture, 0L);
    }

    /** A downcall throws only for a fault of the binding itself. */
    static AssertionError broken(Throwable fault) {
        return new AssertionError("a system call binding is broken", fault);
    }
}
