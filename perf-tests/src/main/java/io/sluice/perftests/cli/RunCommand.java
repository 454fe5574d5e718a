package io.sluice.perftests.cli;

import io.sluice.perftests.ExitCode;
import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.contender.Contenders;
import io.sluice.perftests.host.Fingerprint;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.ComparisonFile;
import io.sluice.perftests.lab.MarkdownTable;
import io.sluice.perftests.lab.Rounds;
import io.sluice.perftests.lab.Stand;
import io.sluice.perftests.lab.Workload;
import io.sluice.perftests.lab.Workloads;
import io.sluice.perftests.report.HtmlReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** `sluice perf run`: contenders side by side, interleaved, in one run. */
@Command(name = "run", sortOptions = false, mixinStandardHelpOptions = true, description = "Compares contenders side by side in interleaved rounds.", footerHeading = "%nExamples:%n", footer = {
    "  sluice perf run --quick --workloads rr-64,crc-64",
    "  sluice perf run --contenders sluice,sluice:transport=epoll,haproxy --rounds 7",
    "  sluice perf run --contenders sluice,haproxy:bufsize=262144,nginx --workloads bulk-1,bulk-64",
    "  sluice perf run --topology namespaces --contenders sluice,haproxy,nginx,nft,direct",
    "  sluice perf run --publish    the whole comparison, into perf-tests/RESULTS.md"})
final class RunCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private StandOptions options = new StandOptions();

    @Option(names = "--contenders", paramLabel = "LIST", split = ",", description = "of sluice, haproxy, nginx, nft, direct; options after colons: sluice:transport=epoll:relay=copy:home=DIR, haproxy:bufsize=262144 (default ${DEFAULT-VALUE})", defaultValue = "sluice,haproxy,nginx,direct")
    private List<String> contenders = List.of();

    @Option(names = "--workloads", paramLabel = "LIST", description = "tcp, udp, all, or of bulk-1 bulk-64 rr-64 crc-64 idle udp-rr-64 udp-64b udp-1200b udp-new udp-idle (default ${DEFAULT-VALUE})", defaultValue = "tcp")
    private String workloads = "tcp";

    @Option(names = "--rounds", description = "interleaved rounds (default 5; with --quick 3)")
    private @Nullable Integer rounds;

    @Option(names = "--publish", paramLabel = "FILE", arity = "0..1", fallbackValue = "perf-tests/RESULTS.md", description = "also write the table, with how it was made, as Markdown (default ${FALLBACK-VALUE})")
    private @Nullable Path publish;

    @Option(names = "--out", paramLabel = "DIR", description = "where result.json, result.md and the contenders' logs go (default: a new folder in the temporary one)")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException {
        var line = Objects.requireNonNull(spec).commandLine();
        PrintWriter stdout = line.getOut();
        PrintWriter stderr = line.getErr();
        List<Workload> chosen = Workloads.of(workloads);
        List<Contender> wanted = contenders.stream().map(Contenders::of).toList();
        Path folder = out != null ? Files.createDirectories(out) : Files.createTempDirectory("sluice-perf-");
        Comparison comparison;
        try (Stand stand = options.stand(folder, stderr)) {
            int count = rounds != null ? rounds : options.smoke ? 1 : options.quick ? 3 : 5;
            comparison = new Comparison(Instant.now(), stand.topology().name(), stand.layout(), count, options.timing(),
                    Fingerprint.ofThisHost());
            List<Contender> here = present(wanted, stand, comparison, stderr);
            if (here.isEmpty()) {
                throw new IOException("none of the contenders can run here");
            }
            new Rounds(stand, here, chosen, comparison, text -> {
                stderr.println(text);
                stderr.flush();
            }).run();
        }
        String table = MarkdownTable.of(comparison);
        ComparisonFile.write(comparison, folder.resolve("result.json"));
        Files.writeString(folder.resolve("result.md"), table);
        HtmlReport.of(comparison).write(folder.resolve("report.html"));
        if (publish != null) {
            Files.writeString(publish, MarkdownTable.page(comparison));
        }
        stdout.println(table);
        comparison.remarks.forEach(stdout::println);
        stdout.println("Written: " + folder.resolve("result.json") + " and, beside it, result.md and report.html");
        stdout.flush();
        return ExitCode.OK;
    }

    private static List<Contender> present(List<Contender> wanted, Stand stand, Comparison comparison,
            PrintWriter remarks) {
        List<Contender> here = new ArrayList<>();
        for (Contender contender : wanted) {
            Optional<String> missing = contender.missing(stand.topology());
            if (missing.isEmpty()) {
                here.add(contender);
            } else {
                comparison.remarks.add(contender.name() + " did not take part: " + missing.get());
                remarks.println(contender.name() + " does not take part: " + missing.get());
            }
        }
        remarks.flush();
        return here;
    }
}
