package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.absent;

import io.sluice.control.config.keys.HealthCheckKeys.Kind;
import io.sluice.control.config.keys.HealthCheckKeys.Written;
import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.model.HealthCheck.Preset.Application;
import io.sluice.control.config.model.HealthCheck.Preset;
import io.sluice.control.config.model.HealthCheck.Tcp.Step;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.TextTypes.BytesType;
import io.sluice.control.config.type.TextTypes.TextType;
import io.sluice.control.config.type.Types;
import io.sluice.control.config.type.Values;
import java.util.List;

/** The keys of a health check that says something and listens to the answer. */
final class PayloadCheckKeys {
    private static final Key<Step, Bytes> STEP_SEND = absent("send", new BytesType(), Step::send, "nothing",
            "What to send.");
    private static final Key<Step, List<Bytes>> STEP_EXPECT = absent("expect", Types.oneOrMore(new BytesType()),
            (Step step) -> step.expect().isEmpty() ? null : step.expect(), "no answer is awaited",
            "What the answer must contain; of a list, any. The next step reads on behind it.");
    private static final SectionType<Step> STEP = SectionType.of("step", List.of(STEP_SEND, STEP_EXPECT),
            v -> new Step(v.orNull(STEP_SEND), v.get(STEP_EXPECT, List.of())));

    static final Key<Written, Bytes> EXPECT = absent("expect", new BytesType(), (Written w) -> switch (w.check()) {
        case HealthCheck.Http http when http.expect() != null -> Bytes.ofText(http.expect());
        case HealthCheck.Udp udp -> udp.expect();
        default -> null;
    }, "any answer", "What the body (http, https) or the datagram (udp) must contain.")
            .only("with type: http, https or udp", v -> HealthCheckKeys.is(v, Kind.HTTP, Kind.HTTPS, Kind.UDP));
    private static final Key<Written, List<Step>> STEPS = absent("steps", Types.oneOrMore(STEP),
            (Written w) -> w.check() instanceof HealthCheck.Tcp tcp && !tcp.steps().isEmpty() ? tcp.steps() : null,
            "none; needed for type: tcp", "The conversation, in its order.")
            .only("with type: tcp", v -> HealthCheckKeys.is(v, Kind.TCP));
    private static final Key<Written, String> USER = Key.<Written, String>absent("user",
            new TextType("[^\\s\\p{Cntrl}]{1,63}", "a user", "a name of 1 to 63 characters without blanks"),
            (Written w) -> w.check() instanceof Preset preset && preset.protocol().logsIn()
                    && !preset.user().equals(Preset.STANDARD_USER) ? preset.user() : null,
            Preset.STANDARD_USER, "Whom to log in as, without a password. A server that refuses this user is healthy.")
            .only("with type: mysql or postgresql", v -> HealthCheckKeys.is(v, Kind.MYSQL, Kind.POSTGRESQL));
    private static final Key<Written, Bytes> SEND = absent("send", new BytesType(), (Written w) -> switch (w.check()) {
        case HealthCheck.Udp udp -> udp.send();
        case HealthCheck.Agent agent when agent.send().size() > 0 -> agent.send();
        default -> null;
    }, "none; needed for type: udp", "Datagram to send (udp), or what to tell the agent first.")
            .only("with type: udp or agent", v -> HealthCheckKeys.is(v, Kind.UDP, Kind.AGENT));
    private static final Key<Written, Boolean> ACCEPT_SILENCE = absent("accept-silence", Types.BOOLEAN,
            (Written w) -> w.check() instanceof HealthCheck.Udp udp ? udp.acceptSilence() : null, "false",
            "Healthy as well when nothing comes back within the timeout, not even an ICMP error.")
            .only("with type: udp", v -> HealthCheckKeys.is(v, Kind.UDP));

    static final List<Key<Written, ?>> KEYS = List.of(EXPECT, STEPS, USER, SEND, ACCEPT_SILENCE);

    private PayloadCheckKeys() {
    }

    static HealthCheck tcp(Values<Written> v, int port, HealthCheck.Timing timing) {
        return new HealthCheck.Tcp(port, v.get(STEPS, List.of()), v.orNull(TlsCheckKeys.HOST),
                TlsCheckKeys.ifSecured(v), timing);
    }

    static HealthCheck preset(Values<Written> v, Application protocol, int port, HealthCheck.Timing timing) {
        return new Preset(protocol, port, v.get(USER, Preset.STANDARD_USER), v.orNull(TlsCheckKeys.HOST),
                TlsCheckKeys.ifSecured(v), timing);
    }

    static HealthCheck agent(Values<Written> v, int port, HealthCheck.Timing timing) {
        return new HealthCheck.Agent(port, v.get(SEND, Bytes.NONE), timing);
    }

    static HealthCheck udp(Values<Written> v, int port, HealthCheck.Timing timing) {
        return new HealthCheck.Udp(port, v.get(SEND, Bytes.NONE), v.orNull(EXPECT), v.get(ACCEPT_SILENCE, false),
                timing);
    }
}
