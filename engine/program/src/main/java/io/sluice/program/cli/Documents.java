package io.sluice.program.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the pages and examples are that messages point to: beside the launcher in a checkout, else where the package
 * puts them.
 */
final class Documents {
    private static final Path HOME = Path.of(System.getProperty("sluice.home", "engine"));
    private static final Path INSTALLED = Path.of("/usr/share/doc/sluice");

    private Documents() {
    }

    /** @param name such as {@code operate/several-nodes.md} */
    static Path page(String name) {
        return at(HOME, "docs/" + name, name);
    }

    /** @param name such as {@code minimal.yaml} */
    static Path example(String name) {
        return at(HOME, "examples/" + name, "examples/" + name);
    }

    static Path at(Path home, String inCheckout, String installed) {
        Path file = home.resolve(inCheckout);
        return Files.exists(file) ? file : INSTALLED.resolve(installed);
    }
}
