package io.sluice.tuning.facts;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where facts come from: the machine itself, or a recording of another one. Any thread.
 *
 * <p>Everything the module learns about a host passes through these seven questions, so a recording of the answers is a
 * complete fixture: {@code sluice doctor --record} makes one, {@code sluice doctor --host} and the tests read it.
 */
public interface HostSource {
    /** The text of a file without trailing white space; null when it is absent or may not be read. */
    @Nullable
    String text(String path);

    /** The different lines of a long file that match, joined by newlines; null when it is absent or may not be read. */
    @Nullable
    String matching(String path, Pattern line);

    /** Names in a directory, sorted; empty when it is absent or may not be read. */
    List<String> names(String directory);

    /** The last name of what a symbolic link points to, such as the driver behind {@code device/driver}. */
    @Nullable
    String linkName(String path);

    /** What a command prints, null when it is not installed or fails. Only commands that change nothing are asked. */
    @Nullable
    String output(List<String> command);

    /**
     * What a trial says of the running kernel, in lines; it leaves nothing behind. Null where the caller has no such
     * trial, or another host is looked at.
     */
    @Nullable
    String trial(String name);

    boolean exists(String path);

    /** Is the file there but closed to this user? */
    boolean denied(String path);
}
