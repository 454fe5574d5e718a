package io.sluice.program.daemon;

import io.sluice.ringbuffers.syscall.SignalActions;
import java.lang.reflect.Proxy;

/**
 * Signals of this process, by {@code sun.misc.Signal} (module jdk.unsupported): the JDK has no other way. Called by
 * reflection because the compiler warns of every mention and cannot be told that it is meant.
 */
final class Signals {
    private Signals() {
    }

    /**
     * Handles SIGHUP also where it was ignored when this process started, as {@code nohup} has it: the JVM takes no
     * handler for it then, and does not say so. False where that cannot be changed.
     */
    static boolean handleHangUp(Runnable action) {
        if (SignalActions.isIgnored(SignalActions.SIGHUP)) {
            SignalActions.setDefault(SignalActions.SIGHUP); // which would end the process, until the next line
        }
        handle("HUP", action);
        return !SignalActions.isIgnored(SignalActions.SIGHUP);
    }

    /**
     * Runs the action each time, on a thread of its own: it may wait. {@code name} is without SIG. SIGINT stays ignored
     * where it was, as with a shell's {@code &}.
     */
    static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[]{handler},
                    (self, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            action.run();
                            yield null;
                        }
                        case "hashCode" -> System.identityHashCode(self);
                        case "equals" -> System.identityHashCode(self) == System.identityHashCode(arguments[0]);
                        default -> "handler of SIG" + name;
                    });
            signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class)
                    .newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK cannot handle SIG" + name, e);
        }
    }
}
