package io.sluice.perftests.host;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What must not outlive this process: if it is stopped in the middle, these are closed on its way out. Any thread. */
public final class Leftovers {
    private static final Set<AutoCloseable> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Leftovers::closeAll, "leftovers"));
    }

    private Leftovers() {
    }

    public static void add(AutoCloseable resource) {
        OPEN.add(resource);
    }

    public static void closed(AutoCloseable resource) {
        OPEN.remove(resource);
    }

    private static void closeAll() {
        for (AutoCloseable resource : OPEN) {
            try {
                resource.close();
            } catch (Exception e) {
                System.err.println("left behind: " + e.getMessage());
            }
        }
    }
}
