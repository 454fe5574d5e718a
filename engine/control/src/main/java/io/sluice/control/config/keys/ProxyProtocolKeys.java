package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.standard;

import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.control.config.type.AddressTypes.NetworkType;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.Types;
import io.sluice.ringbuffers.ip.Prefix;
import java.util.List;

/** The keys of {@code proxy-protocol}. */
final class ProxyProtocolKeys {
    private static final Key<ProxyProtocol, Boolean> ACCEPT = standard("accept", Types.BOOLEAN, ProxyProtocol::accept,
            false, "Clients in trusted must send a header, version 1 or 2; others are taken as they are.");
    private static final Key<ProxyProtocol, ProxyProtocol.Send> SEND = standard("send",
            Types.word(ProxyProtocol.Send.class), ProxyProtocol::send, ProxyProtocol.Send.NONE,
            "Version of the header that real servers get.");
    private static final Key<ProxyProtocol, List<Prefix>> TRUSTED = standard("trusted",
            Types.anyNumber(new NetworkType()), ProxyProtocol::trusted, List.of(),
            "Who may say where a connection comes from: the balancers in front of this one.");

    static final SectionType<ProxyProtocol> SECTION = SectionType.of("proxy-protocol",
            List.<Key<ProxyProtocol, ?>>of(ACCEPT, SEND, TRUSTED),
            v -> new ProxyProtocol(v.get(ACCEPT), v.get(SEND), v.get(TRUSTED)));

    private ProxyProtocolKeys() {
    }
}
