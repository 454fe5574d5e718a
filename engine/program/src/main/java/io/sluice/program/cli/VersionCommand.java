package io.sluice.program.cli;

import io.sluice.program.build.ExitCode;
import io.sluice.program.build.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** {@code sluice version}. */
@picocli.CommandLine.Command(name = "version", description = "Prints the versions of Sluice, Java and the kernel.", footerHeading = "%nExamples:%n", footer = {
    "  sluice version", "  sluice version -o json"})
final class VersionCommand extends Subcommand {
    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        Map<String, Object> versions = new LinkedHashMap<>();
        versions.put("version", Version.ofThisBuild());
        versions.put("java", System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")");
        versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        if (output.json()) {
            out().println(Json.text(versions));
        } else {
            out().println("sluice " + versions.get("version"));
            out().println("java   " + versions.get("java"));
            out().println("system " + versions.get("system"));
        }
        return ExitCode.OK;
    }
}
