package io.sluice.program.cli;

import io.sluice.program.build.ExitCode;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine.Parameters;

/** {@code sluice completion bash|zsh}. */
@picocli.CommandLine.Command(name = "completion", description = "Prints a completion script for the shell.", footerHeading = "%nExamples:%n", footer = {
    "  sluice completion bash > /etc/bash_completion.d/sluice     every bash from now on",
    "  source <(sluice completion bash)                           this bash only",
    "  source <(sluice completion zsh)                            in .zshrc"})
final class CompletionCommand extends Subcommand {
    enum Shell {
        BASH, ZSH;

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell = Shell.BASH;

    @Override
    public Integer call() {
        String script = AutoComplete.bash("sluice", CommandLineRunner.everything());
        if (shell == Shell.ZSH) {
            out().println("# zsh runs the bash script through bashcompinit, which the script below starts itself.");
        }
        out().print(script);
        return ExitCode.OK;
    }
}
