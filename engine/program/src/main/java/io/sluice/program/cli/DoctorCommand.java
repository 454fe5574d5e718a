package io.sluice.program.cli;

import io.sluice.control.config.checks.Examination;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.file.FileReason;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.dataplane.packet.PacketProbe;
import io.sluice.program.build.ExitCode;
import io.sluice.program.observe.HostFit;
import io.sluice.program.observe.HostReport;
import io.sluice.program.observe.HostUsage;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.tuning.Doctor;
import io.sluice.tuning.Report;
import io.sluice.tuning.check.Feature;
import io.sluice.tuning.check.Usage;
import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.HostSource;
import io.sluice.tuning.facts.LiveHost;
import io.sluice.tuning.facts.PacketTrial;
import io.sluice.tuning.facts.RecordedHost;
import io.sluice.tuning.facts.RecordingHost;
import io.sluice.tuning.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice doctor}: what is wrong with this host, why it matters and what mends it. One thread. */
@picocli.CommandLine.Command(name = "doctor", description = "Looks at the host: what is wrong, why it matters, the command that mends it. Changes nothing unless --apply or --undo is given.", footerHeading = "%nExamples:%n", footer = {
    "  sluice doctor                                       this host, for what /etc/sluice/sluice.yaml asks",
    "  sluice doctor -c my.yaml --strict                   exit code 4 when there are warnings or errors",
    "  sluice doctor --rate 2000 --duration 5              do the ports last for 2,000 connections/s of 5 s?",
    "  sluice doctor --pid $(pidof -s java)                the limits and rights of a running process",
    "  sluice doctor --only port-range,open-files --all    two checks, also when all is well",
    "  sluice doctor --profile low-latency                 what the profile would change, as commands",
    "  sluice doctor --profile low-latency --apply         change it; sluice doctor --undo takes it back",
    "  sluice doctor --record host.txt                     write down what was read, for somebody else to look at"})
public final class DoctorCommand extends Subcommand {
    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = {"-c",
        "--config"}, paramLabel = "FILE", description = "Judge for this configuration (default: /etc/sluice/sluice.yaml where it exists).")
    private @Nullable Path file;

    @Option(names = "--strict", description = "Exit with 4 when there is a warning or an error.")
    private boolean strict;

    @Option(names = "--all", description = "Show also what is as wanted.")
    private boolean all;

    @Option(names = "--only", paramLabel = "ID", split = ",", description = "Only these checks.")
    private Set<String> only = new TreeSet<>();

    @Option(names = "--uses", paramLabel = "WORD", split = ",", description = "Judge also for these: ${COMPLETION-CANDIDATES}.", completionCandidates = FeatureWords.class)
    private Set<String> uses = new TreeSet<>();

    @Option(names = "--low-latency", description = "Judge by what latency needs, whatever it costs in power.")
    private boolean lowLatency;

    @Option(names = "--connections", paramLabel = "N", description = "Connections at once to judge for (default: the file's limits, else 100000).")
    private long connections;

    @Option(names = "--rate", paramLabel = "N", description = "Forecast ports for N new connections a second of each service.")
    private double rate;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "How long those connections live (default: ${DEFAULT-VALUE}).", defaultValue = "1")
    private double seconds;

    @Option(names = "--pid", paramLabel = "PID", description = "Judge the rights and limits of this process (default: this command's own).")
    private @Nullable Long pid;

    @Option(names = "--record", paramLabel = "FILE", description = "Also write down everything that was read; it names no client.")
    private @Nullable Path record;

    @Option(names = "--host", paramLabel = "FILE", description = "Look at a host that --record wrote down.")
    private @Nullable Path recorded;

    @ArgGroup(exclusive = false, heading = "%nSettings of the host:%n")
    private Tuning tuning = new Tuning();

    /** What may change the host. */
    static final class Tuning {
        @Option(names = "--profile", paramLabel = "NAME", description = "low-latency or high-throughput; alone it only prints what it would change.")
        private @Nullable String profile;

        @ArgGroup(exclusive = true)
        private Doing doing = new Doing();

        @Option(names = "--state-directory", paramLabel = "DIR", description = "Where the previous values are kept for --undo.")
        private @Nullable Path stateDirectory;
    }

    /** One of three. */
    static final class Doing {
        @Option(names = "--dry-run", description = "Print what --profile would change (the default).")
        private boolean dryRun;

        @Option(names = "--apply", description = "Change it, until the next boot.")
        private boolean apply;

        @Option(names = "--undo", description = "Put back what --apply changed.")
        private boolean undo;
    }

    /** The words of {@code --uses}. */
    static final class FeatureWords implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return Arrays.stream(Feature.values()).map(Feature::word).iterator();
        }
    }

    @Override
    public Integer call() throws IOException {
        List<String> unknown = Doctor.unknownIds(only);
        if (!unknown.isEmpty()) {
            throw Failure.usage("no check is called '" + unknown.getFirst()
                    + "'; sluice doctor --all shows the names, docs/reference/findings.md explains them");
        }
        if (tuning.profile != null || tuning.doing.dryRun || tuning.doing.apply || tuning.doing.undo) {
            return tune();
        }
        Usage usage = usage();
        HostSource source = recorded == null ? new LiveHost(Path.of("/"), trials()) : readRecorded(recorded);
        RecordingHost recorder = new RecordingHost(source);
        HostFacts facts = HostFacts.read(recorder, pid == null ? "self" : pid.toString());
        if (record != null) {
            Files.writeString(record, recorder.recording());
        }
        Report report = Doctor.examine(facts, usage, only);
        if (output.json()) {
            out().println(Json.text(HostReport.json(report, usage)));
        } else {
            new DoctorReport(report, usage).lines(style(), Terminal.size().columns(), all).forEach(out()::println);
        }
        return strict && report.hasProblems() ? ExitCode.WARNINGS : ExitCode.OK;
    }

    /** The kernel needs a moment to judge a program: only where somebody wants to know. */
    private Map<String, Supplier<String>> trials() {
        return only.isEmpty() || only.contains(PacketTrial.NAME)
                ? Map.of(PacketTrial.NAME, this::tryPackets)
                : Map.of();
    }

    /** With the places that the file's packet services name. */
    private String tryPackets() {
        Set<Ip> homes = new LinkedHashSet<>();
        Set<Ip> servers = new LinkedHashSet<>();
        Configuration configuration = configuration(Examination.NONE);
        if (configuration != null) {
            configuration.services().stream().filter(ServiceConfiguration::packetLevel).forEach(service -> {
                service.listens().forEach(listen -> homes.add(listen.address()));
                service.servers().forEach(server -> servers.add(server.address().address()));
            });
        }
        return PacketProbe.run(homes, servers);
    }

    private int tune() {
        if (recorded != null) {
            throw Failure.usage("a profile is for this host; leave out --host");
        }
        Configuration configuration = configuration(Examination.NONE);
        Path state = tuning.stateDirectory != null
                ? tuning.stateDirectory
                : configuration != null ? configuration.stateDirectory() : StateDirectory.standard();
        DoctorProfile work = new DoctorProfile(this, new LiveHost(Path.of("/")), state, output.json());
        if (tuning.doing.undo) {
            return work.undo();
        }
        String named = tuning.profile;
        if (named == null) {
            throw Failure.usage("which profile? --profile low-latency or --profile high-throughput");
        }
        Profile profile = Profile.named(named).orElseThrow(() -> Failure.usage("no profile is called '" + named
                + "'; there are " + Arrays.stream(Profile.values()).map(Profile::word).collect(Collectors.joining(
                        " and "))));
        Set<Integer> listenPorts = configuration == null
                ? Set.of()
                : new HostUsage(0, 0).of(configuration, 0).listenPorts();
        return tuning.doing.apply
                ? work.apply(profile, only, listenPorts)
                : work.dryRun(profile, only, listenPorts);
    }

    private Usage usage() {
        if (rate < 0 || seconds < 0 || connections < 0) {
            throw Failure.usage("--rate, --duration and --connections take no negative number");
        }
        HostFit fit = new HostFit();
        // of a host that was recorded nothing more can be asked
        Configuration configuration = configuration(recorded == null ? fit : Examination.NONE);
        HostUsage expected = new HostUsage(rate, seconds);
        Usage usage = configuration == null
                ? expected.withoutConfiguration(connections)
                : expected.of(configuration, connections).withLacks(fit.lacks());
        Usage wider = usage.with(uses.stream().map(DoctorCommand::feature).toArray(Feature[]::new));
        return lowLatency ? wider.withLowLatency() : wider;
    }

    private static Feature feature(String word) {
        return Arrays.stream(Feature.values()).filter(feature -> feature.word().equals(word)).findFirst().orElseThrow(
                () -> Failure.usage("--uses does not know '" + word + "'; it takes "
                        + Arrays.stream(Feature.values()).map(Feature::word).collect(Collectors.joining(", "))));
    }

    /** Null where no file is named and the standard one does not exist. */
    private @Nullable Configuration configuration(Examination more) {
        Path path = file != null ? file : ConfigurationFile.STANDARD;
        if (file == null && !Files.isReadable(path)) {
            return null;
        }
        return switch (ConfigurationFile.read(path, more)) {
            case ConfigurationFile.Valid valid -> valid.configuration();
            case ConfigurationFile.Invalid invalid -> throw new Failure(ExitCode.INVALID_CONFIGURATION,
                    "cannot judge for "
                            + path + ":\n"
                            + invalid.problems().stream().map(Object::toString).collect(Collectors.joining("\n")));
        };
    }

    private static RecordedHost readRecorded(Path path) {
        try {
            return RecordedHost.of(path);
        } catch (IOException failure) {
            throw Failure.usage("cannot read the recording " + path + ": " + FileReason.of(failure));
        }
    }
}
