package io.sluice.conntrack.store;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Opens a durable copy; the store's thread alone. The one implementation stands in a module of its own
 * ({@code conntrack/store}), which is loaded where somebody asks for a copy: {@link java.util.ServiceLoader} finds it.
 */
public interface CopyOpener {
    /**
     * Makes the file, or opens it and repairs what a killed process left in it. The caller sees to it that no other
     * process writes. Takes seconds the first time in a process.
     *
     * @param capacity entries it must hold, when it is made
     * @throws IOException when it cannot be made, or is there and cannot be repaired
     */
    CopyFile open(Path path, long capacity) throws IOException;
}
