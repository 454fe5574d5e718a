package io.sluice.tuning.check;

import java.util.List;
import java.util.stream.Stream;

/** Every check, in the order of the reference page. */
public final class HostChecks {
    public static final List<Check> ALL = Stream
            .of(PortChecks.ALL, SysctlChecks.ALL, LimitChecks.ALL, RoutingChecks.ALL,
                    ConfiguredChecks.ALL, MemoryChecks.ALL, CpuChecks.ALL, NicChecks.ALL, KernelChecks.ALL,
                    PacketChecks.ALL,
                    FeatureChecks.ALL)
            .flatMap(List::stream).toList();

    private HostChecks() {
    }
}
