package io.sluice.perftests.cli;

import io.sluice.perftests.LaboratoryExit;
import io.sluice.perftests.Units;
import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.contender.Contenders;
import io.sluice.perftests.host.Fingerprint;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.ComparisonFile;
import io.sluice.perftests.lab.Rounds;
import io.sluice.perftests.lab.TestBed;
import io.sluice.perftests.lab.Timing;
import io.sluice.perftests.lab.Workloads;
import io.sluice.perftests.report.MarkdownTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    "  sluice perf run --topology namespaces --contenders sluice,haproxy,nginx,nft,direct --workloads core",
    "  sluice perf run --publish    the whole comparison (about 11 minutes), into perf-tests/RESULTS.md and the README"})
final class RunCommand implements Callable<Integer> {
    private static final List<String> PEERS = List.of("sluice", "haproxy", "nginx", "direct");

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private TestBedOptions options = new TestBedOptions();

    @Option(names = "--contenders", paramLabel = "LIST", split = ",", description = "of sluice, haproxy, nginx, nft, direct; options after colons: sluice:transport=epoll:relay=copy:home=DIR, haproxy:bufsize=262144 (default sluice,haproxy,nginx,direct; with --publish all)")
    private @Nullable List<String> contenders;

    @Option(names = "--workloads", paramLabel = "LIST", description = "tcp, udp, core, behaviour, all, or names of workloads (`sluice perf workloads`; default tcp, with --publish tcp,udp)")
    private @Nullable String workloads;

    @Option(names = "--rounds", description = "interleaved rounds (default 5; with --quick or --publish 3)")
    private @Nullable Integer rounds;

    @Option(names = "--publish", paramLabel = "FILE", arity = "0..1", fallbackValue = "", description = "write the results as Markdown, and quote them in the README beside (default: perf-tests/RESULTS.md of this checkout). Unless options say otherwise: every contender, TCP and UDP, 3 rounds, trials of 2 s after 8 s of warm-up; with --topology loopback,namespaces also the core workloads between namespaces")
    private @Nullable Path publish;

    @Option(names = "--out", paramLabel = "DIR", description = "where result.json, result.md, report.html and the contenders' logs go (default: a new folder in the temporary one)")
    private @Nullable Path out;

    /** One comparison to make. */
    private record ComparisonPlan(String topology, String workloads, List<String> contenders) {
    }

    @Override
    public Integer call() throws IOException {
        var line = Objects.requireNonNull(spec).commandLine();
        Publication publication = publish == null ? null : Publication.into(publish);
        Path folder = OutputFolder.open(out, "sluice-perf-");
        List<Comparison> comparisons = new ArrayList<>();
        Instant began = Instant.now();
        List<ComparisonPlan> plans = plans();
        for (ComparisonPlan plan : plans) {
            Path own = plans.size() == 1 ? folder : Files.createDirectories(folder.resolve(plan.topology));
            Comparison comparison = measure(plan, own, line.getErr());
            if (!comparison.contenders.isEmpty()) {
                comparisons.add(comparison);
                write(comparison, own, line.getOut());
            }
        }
        if (comparisons.isEmpty()) {
            throw new IOException("none of the contenders can run here; `sluice perf contenders` says what is missing");
        }
        if (publication != null) {
            String command = "engine/bin/sluice "
                    + String.join(" ", spec.commandLine().getParseResult().originalArgs());
            line.getOut().println(
                    publication.write(comparisons, command, Duration.between(began, Instant.now())));
        }
        line.getOut().flush();
        return LaboratoryExit.OK;
    }

    /** What is published compares everyone at everything; a second place adds one workload of each kind. */
    private List<ComparisonPlan> plans() {
        List<String> here = contenders != null ? contenders : publish != null ? Contenders.ALL : PEERS;
        List<ComparisonPlan> plans = new ArrayList<>();
        for (String place : options.topologies()) {
            String usual = publish == null ? "tcp" : plans.isEmpty() ? "tcp,udp" : "core";
            plans.add(new ComparisonPlan(place, workloads != null ? workloads : usual, here));
        }
        return plans;
    }

    private Comparison measure(ComparisonPlan plan, Path folder, PrintWriter stderr) throws IOException {
        Timing timing = publish != null && !options.quick && !options.smoke
                ? options.timing(Timing.PUBLISHED)
                : options.timing();
        int count = rounds != null ? rounds : options.smoke ? 1 : options.quick || publish != null ? 3 : 5;
        var chosen = Workloads.of(plan.workloads);
        List<Contender> wanted = plan.contenders.stream().map(Contenders::of).toList();
        try (TestBed testBed = options.testBed(plan.topology, timing, folder, stderr)) {
            Comparison comparison = new Comparison(Instant.now(), testBed.topology().name(), testBed.layout(), count,
                    timing, Fingerprint.ofThisHost());
            List<Contender> here = present(wanted, testBed, comparison, stderr);
            if (!here.isEmpty()) {
                long trials = count * chosen.stream()
                        .mapToLong(one -> here.stream().filter(contender -> contender.carries(one.work())).count())
                        .sum();
                stderr.println(plan.topology + ": " + trials + " trials, at least "
                        + Units.duration((double) trials * (timing.warmUpNs() + timing.measuredNs())) + " in all");
                new Rounds(testBed, here, chosen, comparison, Lines.to(stderr, "")).run();
            }
            return comparison;
        }
    }

    private static void write(Comparison comparison, Path folder, PrintWriter stdout) throws IOException {
        String table = MarkdownTable.of(comparison);
        ComparisonFile.write(comparison, folder.resolve("result.json"));
        Files.writeString(folder.resolve("result.md"), table);
        new Keeping(comparison).remember();
        new Keeping(comparison).report().write(folder.resolve("report.html"));
        stdout.println(table);
        comparison.remarks.forEach(stdout::println);
        stdout.println("Written: " + folder.resolve("result.json") + " and, beside it, result.md and report.html\n");
    }

    private static List<Contender> present(List<Contender> wanted, TestBed testBed, Comparison comparison,
            PrintWriter remarks) {
        List<Contender> here = new ArrayList<>();
        for (Contender contender : wanted) {
            Optional<String> missing = contender.missing(testBed.topology());
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
