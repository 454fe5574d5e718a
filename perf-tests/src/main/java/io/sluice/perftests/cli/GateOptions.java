package io.sluice.perftests.cli;

import io.sluice.perftests.gate.Limits;
import io.sluice.perftests.gate.NoiseFloor;
import io.sluice.perftests.host.Fingerprint;
import io.sluice.perftests.host.StateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What gating commands share: limits, pairs, the noise floor's file. */
final class GateOptions {
    @Option(names = "--limits", paramLabel = "FILE", description = "limits per figure (default: perf-tests' gates.yaml)")
    @Nullable
    Path limitsFile;

    @Option(names = "--workloads", paramLabel = "LIST", split = ",", description = "only these of the limits' workloads")
    @Nullable
    Set<String> workloads;

    @Option(names = "--pairs", description = "pairs to measure (default: as the limits say; at least 10)")
    @Nullable
    Integer pairs;

    @Option(names = "--floor", paramLabel = "FILE", description = "the noise floor (default: kept per environment in the state folder)")
    @Nullable
    Path floorFile;

    Limits limits() throws IOException {
        Limits all = limitsFile == null ? Limits.packaged() : Limits.read(limitsFile);
        Set<String> wanted = workloads;
        var chosen = wanted == null
                ? all.limits()
                : all.limits().entrySet().stream().filter(entry -> wanted.contains(entry.getKey().workload()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("--workloads: the limits name none of " + wanted);
        }
        int count = pairs != null ? pairs : all.pairs();
        if (count < 10) {
            throw new IllegalArgumentException("--pairs: fewer than 10 prove nothing");
        }
        return new Limits(count, all.significance(), chosen);
    }

    /** @param setting what the noise depends on besides the machine */
    Path floor(String setting) throws IOException {
        return floorFile != null ? floorFile : NoiseFloor.file(StateFolder.path(), Fingerprint.ofThisHost(), setting);
    }
}
