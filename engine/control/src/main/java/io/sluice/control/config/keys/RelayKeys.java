package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.standard;

import io.sluice.control.config.model.RelayConfiguration;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.QuantityTypes.SizeType;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.Types;
import java.util.List;

/** The keys of {@code relay}. */
final class RelayKeys {
    private static final Key<RelayConfiguration, RelayConfiguration.Kind> KIND = standard("kind",
            Types.word(RelayConfiguration.Kind.class), RelayConfiguration::kind,
            RelayConfiguration.STANDARD.kind(), "Which way bytes go.");
    private static final Key<RelayConfiguration, Integer> COPY_BUFFER = standard("copy-buffer",
            new SizeType(32 << 10, 16 << 20),
            RelayConfiguration::copyBufferBytes, RelayConfiguration.STANDARD.copyBufferBytes(),
            "Buffer of each worker for copied bytes.");
    private static final Key<RelayConfiguration, Integer> PIPE = standard("pipe", new SizeType(4 << 10, 64 << 20),
            RelayConfiguration::pipeBytes,
            RelayConfiguration.STANDARD.pipeBytes(), "Capacity of each pooled pipe for spliced bytes.");
    private static final Key<RelayConfiguration, Integer> SPLICE_AFTER = standard("splice-after",
            new SizeType(1, 1 << 30),
            RelayConfiguration::spliceAfterBytes, RelayConfiguration.STANDARD.spliceAfterBytes(),
            "A direction that moved so much without a pause counts as bulk.");
    private static final Key<RelayConfiguration, Integer> STALLED = standard("stalled",
            new SizeType(256 << 10, 1 << 30),
            RelayConfiguration::stalledBytes, RelayConfiguration.STANDARD.stalledBytes(),
            "What a direction may hold of the kernel's memory while its reader takes nothing. More lets one connection"
                    + " be faster over a long way: half of it in each round trip.");

    static final SectionType<RelayConfiguration> SECTION = SectionType
            .of("relay", List.<Key<RelayConfiguration, ?>>of(KIND, COPY_BUFFER, PIPE, SPLICE_AFTER, STALLED),
                    v -> new RelayConfiguration(v.get(KIND), v.get(COPY_BUFFER), v.get(PIPE), v.get(SPLICE_AFTER),
                            v.get(STALLED)))
            .shortForm(KIND);

    private RelayKeys() {
    }
}
