package io.sluice.perftests.host;

import java.io.IOException;
import java.nio.file.Path;

/** Which source a build came from, as git describes it. Stateless. */
public final class SourceVersion {
    public static final String UNKNOWN = "unknown";

    private SourceVersion() {
    }

    /** A short commit, with `+` where files were changed since; `unknown` outside a checkout. */
    public static String of(Path insideCheckout) {
        try {
            String folder = insideCheckout.toAbsolutePath().toString();
            String commit = Shell.run("git", "-C", folder, "rev-parse", "--short=12", "HEAD").strip();
            return commit + (Shell.run("git", "-C", folder, "status", "--porcelain", "--untracked-files=no").isBlank()
                    ? ""
                    : "+");
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
