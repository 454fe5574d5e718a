package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.standard;

import io.sluice.control.config.model.WorkersConfiguration;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.NumberTypes.NumberType;
import io.sluice.control.config.type.NumberTypes.PinType;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.Types;
import java.time.Duration;
import java.util.List;

/** The keys of {@code workers}. */
final class WorkerKeys {
    private static final Key<WorkersConfiguration, Integer> COUNT = standard("count",
            new NumberType(1, 1_024).or("auto", 0),
            WorkersConfiguration::count, 0, "Number of workers. auto: one per core that the process may use.");
    private static final Key<WorkersConfiguration, Duration> SPIN = standard("spin",
            Types.duration(Duration.ZERO, Duration.ofMillis(100)), WorkersConfiguration::spin, Duration.ZERO,
            "How long an idle worker polls before it sleeps: less latency for a busy core. 0s: not at all.");
    private static final Key<WorkersConfiguration, PinType.Pin> PIN = standard("pin", new PinType(),
            workers -> new PinType.Pin(workers.pin(), workers.cores()), PinType.Pin.NOT,
            "Keeps each worker on one core; a list names the cores.");

    static final SectionType<WorkersConfiguration> SECTION = SectionType
            .of("workers", List.<Key<WorkersConfiguration, ?>>of(COUNT, SPIN, PIN),
                    v -> new WorkersConfiguration(v.get(COUNT), v.get(SPIN), v.get(PIN).pinned(), v.get(PIN).cores()))
            .shortForm(COUNT);

    private WorkerKeys() {
    }
}
