package io.sluice.program.cli;

import io.sluice.control.api.Explanation;
import io.sluice.control.api.Question;
import io.sluice.program.build.ExitCode;
import io.sluice.ringbuffers.ip.Ip;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice explain}. */
@picocli.CommandLine.Command(name = "explain", description = "Says which server a client gets or has, and why: affinity, scheduler, health, and what happens if that server fails.", footerHeading = "%nExamples:%n", footer = {
    "  sluice explain 192.0.2.7 web", "  sluice explain 192.0.2.7:51234 web",
    "  sluice explain '[2001:db8::7]:51234' web -o json"})
final class ExplainCommand extends Subcommand {
    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[([^\\]]+)\\]|([^:]+)):(\\d{1,5})");

    @Parameters(index = "0", paramLabel = "CLIENT[:PORT]", description = "The client's address; IPv6 with a port in brackets.")
    private String client = "";

    @Parameters(index = "1", paramLabel = "SERVICE", description = "The virtual service.")
    private String service = "";

    @Mixin
    private final StateDirectoryOption place = new StateDirectoryOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        Explanation why = new Asking(place).value(request(), Explanation.class);
        if (output.json()) {
            out().println(Json.text(why));
            return ExitCode.OK;
        }
        out().println(why.client() + " on " + why.service() + ": "
                + (why.server() == null
                        ? style().bad("no server")
                        : style().bold(why.server()) + " (" + why.address() + ")")
                + ", because of " + because(why));
        why.reasons().forEach(reason -> out().println("  - " + reason));
        out().println("If it fails: " + why.ifItFails());
        return ExitCode.OK;
    }

    private Question.Explained request() {
        Matcher parts = WITH_PORT.matcher(client);
        boolean withPort = parts.matches() && !Ip.isAddress(client);
        String address = withPort ? (parts.group(1) == null ? parts.group(2) : parts.group(1)) : client;
        if (!Ip.isAddress(address)) {
            throw Failure.usage("'" + client + "' is not a client: write 192.0.2.7, 192.0.2.7:51234, 2001:db8::7 or"
                    + " [2001:db8::7]:51234");
        }
        return new Question.Explained(address, withPort ? Integer.parseInt(parts.group(3)) : 0, service);
    }

    private static String because(Explanation why) {
        return switch (why.because()) {
            case FLOW -> "what it has at the moment";
            case AFFINITY -> "its affinity entry";
            case HASH -> "its address (hash)";
            case SCHEDULER -> "the scheduler";
            case FALLBACK -> "no server being up (fallback)";
            case DENIED -> "the access list";
            case NO_SERVER -> "no server being up";
        };
    }
}
