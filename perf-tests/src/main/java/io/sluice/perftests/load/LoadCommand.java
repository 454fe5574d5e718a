package io.sluice.perftests.load;

import io.sluice.perftests.Units;
import io.sluice.perftests.host.OwnProcess;
import io.sluice.perftests.serve.ServeLoop;
import io.sluice.perftests.serve.Target;
import io.sluice.perftests.serve.TargetServer;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.IpRange;
import io.sluice.ringbuffers.ip.NotAnAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** `sluice load`: makes traffic and measures it, or serves targets to measure against. */
@Command(name = "load", sortOptions = false, mixinStandardHelpOptions = true, description = "Makes TCP or UDP load against anything and measures it.", footerHeading = "%nExamples:%n", footer = {
    "  sluice load --serve echo=127.0.0.1:9000                     a target to try things on",
    "  sluice load rr 127.0.0.1:9000 -c 64 -d 10s                  64 connections, one request each at a time",
    "  sluice load rr 127.0.0.1:9000 -c 64 --rate 20000 --poisson  open loop: latency from the intended send time",
    "  sluice load rr 127.0.0.1:9000 -c 64 --rate 1000,5000,20000  steps, each reported by itself",
    "  sluice load bulk 10.0.0.1:5001 -c 8 --direction down        bytes from a source",
    "  sluice load crc 10.0.0.1:80 -c 64 --request 'GET / HTTP/1.0\\r\\n\\r\\n' --response-size 0",
    "  sluice load udp-rr 10.0.0.1:53 -c 64 --source 10.0.0.2-10.0.0.40 --require 'p99<=2ms' --out result.json",
    "",
    "Exit codes: 0 ok, 1 could not run or nothing succeeded, 2 usage, 98 the figures cannot be believed (the generator sent too late, or had no means for all connections), 99 a --require failed, whatever else there was, or the target did not keep up with --rate."})
public final class LoadCommand implements Callable<Integer> {
    private static final int SPARE_DESCRIPTORS = 100;
    private static final int MOST_SOURCES = 65_536;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "MODE", description = "bulk, rr (request-response), crc (connect-request-close), idle, udp-rr, udp-new (a new session each), udp-send (one way)")
    private @Nullable String mode;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "TARGET", description = "IP:PORT, [IPv6]:PORT or name:PORT; several are taken in turn")
    private List<String> targets = new ArrayList<>();

    @Option(names = {"-c",
        "--connections"}, paramLabel = "PROFILE", description = "connections at once: 64, a ramp 1..1000, or steps 10,100,1000 (default ${DEFAULT-VALUE})", defaultValue = "1")
    private String connections = "1";

    @Option(names = {"-r",
        "--rate"}, paramLabel = "PROFILE", description = "operations per second, all connections together: open loop; a ramp 1000..5000 or steps 1000,2000,4000")
    private @Nullable String rate;

    @Option(names = "--poisson", description = "Poisson arrivals instead of constant spacing")
    private boolean poisson;

    @Option(names = {"-d",
        "--duration"}, paramLabel = "TIME", description = "measured time (default ${DEFAULT-VALUE})", defaultValue = "10s")
    private String duration = "10s";

    @Option(names = {"-w",
        "--warm-up"}, paramLabel = "TIME", description = "load before it, not measured (default ${DEFAULT-VALUE})", defaultValue = "2s")
    private String warmUp = "2s";

    @Option(names = "--interval", paramLabel = "TIME", description = "of progress and series (default ${DEFAULT-VALUE})", defaultValue = "1s")
    private String interval = "1s";

    @Option(names = {"-t", "--threads"}, description = "driver threads (default ${DEFAULT-VALUE})", defaultValue = "1")
    private int threads;

    @Option(names = "--cpus", paramLabel = "LIST", split = ",", description = "pin the threads to these processors, in turn")
    private List<Integer> cpus = new ArrayList<>();

    @Option(names = "--netns", paramLabel = "NAME", description = "make the sockets in this network namespace (ip netns)")
    private @Nullable String networkNamespace;

    @Option(names = "--request-size", paramLabel = "SIZE", description = "bytes of a request or datagram (default 64), or of each write of bulk (default 128KiB)")
    private @Nullable String requestSize;

    @Option(names = "--response-size", paramLabel = "SIZE", description = "bytes of a response (default: as the request); 0 with crc: whatever comes until the target closes")
    private @Nullable String responseSize;

    @Option(names = "--request", paramLabel = "TEXT", description = "the request itself; \\r \\n \\t \\\\ \\xHH are understood")
    private @Nullable String request;

    @Option(names = "--think", paramLabel = "TIME", description = "closed loop: pause between a response and the next request", defaultValue = "0ms")
    private String think = "0ms";

    @Option(names = "--direction", description = "bulk: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}; echo: the target returns what it gets)", defaultValue = "up")
    private LoadPlan.Direction direction = LoadPlan.Direction.UP;

    @Option(names = "--close", description = "crc: who closes: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}; reset leaves no TIME_WAIT)", defaultValue = "server")
    private LoadPlan.Close close = LoadPlan.Close.SERVER;

    @Option(names = "--source", paramLabel = "ADDRESSES", split = ",", description = "source addresses, taken in turn: 127.0.0.1-127.0.0.64,10.0.0.5")
    private List<String> sources = new ArrayList<>();

    @Option(names = "--verify", description = "check every byte that comes back (echo, source, or the same in --serve)")
    private boolean verify;

    @Option(names = "--timeout", paramLabel = "TIME", description = "an operation that takes longer failed (default 10s; UDP 1s)")
    private @Nullable String timeout;

    @Option(names = "--connect-timeout", paramLabel = "TIME", description = "for all connections to stand before the run starts (default ${DEFAULT-VALUE})", defaultValue = "10s")
    private String connectTimeout = "10s";

    @Option(names = "--late-after", paramLabel = "TIME", description = "open loop: a send counts as late past this (default ${DEFAULT-VALUE})", defaultValue = "1ms")
    private String lateAfter = "1ms";

    @Option(names = "--late-limit", paramLabel = "PERCENT", description = "more late sends than this and the run is invalid (default ${DEFAULT-VALUE})", defaultValue = "1")
    private double lateLimitPercent;

    @Option(names = "--batch", description = "udp-send: datagrams per call (default ${DEFAULT-VALUE})", defaultValue = "32")
    private int batch;

    @Option(names = "--gso", description = "udp-send: the kernel gets each batch as one message and cuts it (UDP_SEGMENT), as QUIC programs send")
    private boolean gso;

    @Option(names = "--spin", description = "never sleep: exact send times, a core for itself")
    private boolean spin;

    @Option(names = "--seed", description = "of the Poisson arrivals (default ${DEFAULT-VALUE})", defaultValue = "1")
    private long seed;

    @Option(names = "--require", paramLabel = "LIMIT", description = "exit 99 where it fails: p99<=2ms, rate>=10000, bytes>=1GiB, errors<=0; repeatable")
    private List<String> requirements = new ArrayList<>();

    @Option(names = "--out", paramLabel = "FILE", description = "write the whole result as JSON")
    private @Nullable Path out;

    @Option(names = "--hlog", paramLabel = "FILE", description = "write the intervals' histograms (default with --out: beside it)")
    private @Nullable Path hlog;

    @Option(names = {"-o",
        "--output"}, paramLabel = "text|json", description = "what stdout gets (default ${DEFAULT-VALUE})", defaultValue = "text")
    private String output = "text";

    @Option(names = {"-q", "--quiet"}, description = "no progress")
    private boolean quiet;

    @Option(names = "--serve", paramLabel = "KIND[=ADDRESS]", split = ",", description = "serve instead: sink, source, duplex, echo, rr, crc, udp-echo, udp-sink; repeatable; a free port on 127.0.0.1 unless said")
    private List<String> serve = new ArrayList<>();

    @Option(names = "--stats", paramLabel = "ADDRESS", description = "with --serve: whoever connects there gets the counters as JSON")
    private @Nullable String stats;

    @Option(names = "--target-stats", paramLabel = "ADDRESS", description = "read such counters before and after the measured time and report the difference")
    private @Nullable String targetStats;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return serve.isEmpty() ? load() : serve();
    }

    private int serve() throws IOException, InterruptedException {
        List<Target> wanted = serve.stream().map(Target::parse).toList();
        int requestBytes = sizeOr(requestSize, 64);
        TargetServer.Options options = new TargetServer.Options(requestBytes, sizeOr(responseSize, requestBytes),
                verify, threads, cpus, networkNamespace);
        return ServeLoop.serve(options, wanted, stats == null ? null : Target.address(stats), stdout());
    }

    private int load() throws IOException, InterruptedException {
        LoadPlan plan = plan();
        OwnProcess.raiseDescriptorLimit((long) plan.connections().max() + SPARE_DESCRIPTORS)
                .ifPresent(System.err::println);
        List<Requirement> required = requirements.stream().map(Requirement::parse).toList();
        if (!output.equals("text") && !output.equals("json")) {
            throw new IllegalArgumentException("'" + output + "' is not an output: text or json");
        }
        boolean terminal = System.console() != null && System.console().isTerminal() && !quiet;
        Progress progress = new Progress(plan, System.err, terminal);
        TargetCounters counters = new TargetCounters(targetStats == null ? null : Target.address(targetStats));
        LoadRun run = new LoadRun(plan, new LoadRun.Listener() {
            @Override
            public void interval(Interval interval) {
                if (!quiet) {
                    progress.accept(interval);
                }
            }

            @Override
            public void measuring(boolean begins) throws IOException {
                counters.read(begins);
            }
        });
        CountDownLatch reported = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            run.interrupt(); // Ctrl-C ends the run early: what was measured until then is still reported
            awaitAtMost(reported);
        }));
        try {
            LoadOutcome outcome = run.run();
            if (!quiet) {
                progress.end();
            }
            return report(outcome, required, counters);
        } finally {
            reported.countDown();
        }
    }

    private static void awaitAtMost(CountDownLatch latch) {
        try {
            latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int report(LoadOutcome outcome, List<Requirement> required, TargetCounters counters) throws IOException {
        PrintWriter stdout = stdout();
        var json = ResultFile.json(outcome);
        counters.addTo(json);
        String text = json.toPrettyString() + "\n";
        if (out != null) {
            Files.writeString(out, text);
        }
        Path histogramLog = hlog != null
                ? hlog
                : out != null ? Path.of(out.toString().replaceFirst("(\\.json)?$", ".hlog")) : null;
        if (histogramLog != null) {
            ResultFile.writeHlog(outcome, histogramLog);
        }
        if (output.equals("json")) {
            stdout.print(text);
        } else {
            stdout.print(Summary.of(outcome));
            stdout.print(counters.describe());
            required.forEach(requirement -> stdout.println("  " + requirement.describe(outcome)));
        }
        stdout.flush();
        outcome.judgement().nothingSucceeded().forEach(
                problem -> stderr().println("load: " + problem + ". Does " + String.join(", ", targets)
                        + " serve " + outcome.plan().mode().word + "?"));
        stderr().flush();
        return outcome.judgement().exitCode(required.stream().allMatch(requirement -> requirement.holds(outcome)));
    }

    private LoadPlan plan() {
        if (mode == null || targets.isEmpty()) {
            throw new IllegalArgumentException(
                    "needs a MODE and a TARGET, like: sluice load rr 127.0.0.1:9000 (or --serve echo)");
        }
        LoadMode wanted = LoadMode.of(mode);
        LoadPlan.Builder plan = LoadPlan.to(wanted,
                targets.stream().map(Target::address).toArray(InetSocketAddress[]::new));
        plan.connections(RateProfile.parse(connections)).rate(rate == null ? null : RateProfile.parse(rate))
                .poisson(poisson);
        plan.times(Units.durationNs(warmUp), Units.durationNs(duration), Units.durationNs(interval));
        plan.sizes(sizeOr(requestSize, wanted == LoadMode.BULK ? 128 << 10 : 64), sizeOr(responseSize, -1));
        plan.request(request == null ? null : Escapes.bytes(request)).think(Units.durationNs(think)).close(close)
                .direction(direction);
        plan.timeouts(Units.durationNs(timeout != null ? timeout : wanted.datagram ? "1s" : "10s"),
                Units.durationNs(connectTimeout));
        plan.late(Units.durationNs(lateAfter), lateLimitPercent / 100).verify(verify).seed(seed).batch(batch)
                .gso(gso).spin(spin);
        return plan.threads(threads, cpus).sources(sourceAddresses()).namespace(networkNamespace).build();
    }

    private List<Ip> sourceAddresses() {
        return sources.stream().map(LoadCommand::range).flatMap(IpRange::addresses).toList();
    }

    private static IpRange range(String text) {
        String[] ends = text.split("-", 2);
        Ip first;
        Ip last;
        try {
            first = Ip.parse(ends[0], text);
            last = ends.length == 2 ? Ip.parse(ends[1], text) : first;
        } catch (NotAnAddress e) {
            throw new IllegalArgumentException("--source: '" + text + "' is not an address or a range FIRST-LAST", e);
        }
        try {
            IpRange range = new IpRange(first, last);
            if (range.size() <= MOST_SOURCES) {
                return range;
            }
        } catch (IllegalArgumentException noRange) {
            // said below
        }
        throw new IllegalArgumentException("--source: '" + text + "' does not end where it should (or holds more than "
                + MOST_SOURCES + " addresses)");
    }

    private static int sizeOr(@Nullable String text, int otherwise) {
        return text == null ? otherwise : Units.sizeBytes(text);
    }

    private PrintWriter stdout() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter stderr() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
