package io.sluice.program.cli;

import static io.sluice.program.cli.Ran.sluice;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.program.build.ExitCode;
import io.sluice.program.build.Version;
import io.sluice.testbed.ProgramRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CommandLineTest {
    @Test
    void help_lists_every_command_with_one_line() {
        Ran ran = sluice("--help");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.OK);
        for (Commands command : Commands.values()) {
            assertThat(ran.out()).containsPattern("(?m)^  " + command.word() + " +" + command.summary() + "$");
        }
    }

    @Test
    void nothing_typed_prints_the_help_and_is_a_usage_error() {
        Ran ran = sluice();
        assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(ran.err()).contains("Usage: sluice COMMAND");
    }

    @ParameterizedTest
    @EnumSource(Commands.class)
    void every_command_explains_itself_with_examples(Commands command) {
        if (command.group() == Commands.Group.LABORATORY) {
            return; // another program, started by the launcher
        }
        Ran ran = sluice(command.word(), "--help");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(ran.out()).startsWith("Usage: sluice " + command.word()).contains("Examples:\n  sluice ")
                .doesNotContain("<main class>");
        assertThat(sluice("help", command.word()).out()).isEqualTo(ran.out());
    }

    @ParameterizedTest
    @CsvSource({"verison, version", "compeltion, completion", "vers, version", "VERSION, version"})
    void an_unknown_command_names_the_nearest_known(String typed, String meant) {
        Ran ran = sluice(typed);
        assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(ran.err()).contains("unknown command '" + typed + "'").contains("did you mean '" + meant + "'?");
    }

    @Test
    void an_unknown_command_near_nothing_points_to_the_help() {
        assertThat(sluice("frobnicate").err()).isEqualTo(
                "sluice: unknown command 'frobnicate'; 'sluice --help' lists them\n");
    }

    @Test
    void an_unknown_option_names_the_command_whose_help_tells_more() {
        Ran ran = sluice("version", "--frob");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(ran.err()).contains("sluice version: Unknown option: '--frob'").contains("sluice version --help");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            status -o xml               | sluice status: --output: expected one of text, json but was 'xml'
            connections --sort size     | sluice connections: --sort: expected one of age, idle, bytes, in, out, rtt, client, server but was 'size'
            drain web                   | sluice drain: SERVICE/SERVER: 'web' is not SERVICE/SERVER, like web/web1, or 'web/*' for every server of web
            top web                     | sluice top: Unexpected: 'web'
            events --last x             | sluice events: --last: 'x' is not a whole number
            """)
    void a_wrong_value_is_told_in_the_words_of_the_user(String typed, String told) {
        Ran ran = sluice(typed.split(" "));
        assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(ran.err().lines().findFirst()).contains(told);
    }

    @Test
    void version_prints_as_text_and_as_json() {
        assertThat(sluice("version").out()).startsWith("sluice " + Version.ofThisBuild() + "\n");
        assertThat(Json.mapper().readTree(sluice("version", "-o", "json").out()).path("version").stringValue())
                .isEqualTo(Version.ofThisBuild());
    }

    @Test
    void completion_offers_every_command() {
        for (String shell : new String[]{"bash", "zsh"}) {
            String script = sluice("completion", shell).out();
            for (Commands command : Commands.values()) {
                assertThat(script).contains("function _picocli_sluice_" + command.word() + "()");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"dr, drain", "conn, connections", "drain --dead, --deadline", "connections --sort r, rtt",
        "status -o j, json", "completion z, zsh"})
    void bash_completes(String typed, String completed, @TempDir Path directory) throws Exception {
        Path script = Files.writeString(directory.resolve("sluice"), sluice("completion", "bash").out());
        List<String> command = new ArrayList<>(List.of("bash", "--norc", "-c", """
                source "$1"
                shift
                COMP_WORDS=(sluice "$@") COMP_CWORD=$# COMP_LINE="sluice $*" COMP_POINT=${#COMP_LINE}
                $(complete -p sluice | sed 's/.*-F \\([^ ]*\\).*/\\1/') 2>/dev/null
                printf '%s\\n' "${COMPREPLY[@]}"
                """, "bash", script.toString()));
        command.addAll(List.of(typed.split(" ")));
        ProgramRun run = ProgramRun.of(Map.of(), command);
        assertThat(run.out().lines().map(String::strip)).containsExactly(completed);
    }
}
