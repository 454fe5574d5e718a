package io.sluice.control.health;

import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.health.dialogue.Conversation;
import io.sluice.control.health.dialogue.Dialogue;
import io.sluice.control.health.dialogue.LdapBind;
import io.sluice.control.health.dialogue.Mysql;
import io.sluice.control.health.dialogue.Postgresql;
import io.sluice.control.health.dialogue.Redis;
import io.sluice.control.health.dialogue.Smtp;
import io.sluice.control.health.dialogue.Steps;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A conversation over TCP, or over TLS, goes as it does with a server that works. */
final class DialogueProbe implements Probe {
    private final String subject;
    private final Dialogue dialogue;
    private final ProbeSocket socket;
    /** Null: in clear. */
    private final @Nullable ProbeTls tls;

    private DialogueProbe(String subject, Dialogue dialogue, ProbeSocket socket, @Nullable ProbeTls tls) {
        this.subject = subject;
        this.dialogue = dialogue;
        this.socket = socket;
        this.tls = tls;
    }

    static DialogueProbe of(HealthCheck.Tcp check, ProbeSocket socket) {
        return new DialogueProbe("tcp steps with " + socket.to(), new Steps(check.steps()), socket,
                ProbeTls.of(check.tls(), check.host(), socket.to()));
    }

    static DialogueProbe of(HealthCheck.Preset check, ProbeSocket socket) {
        Dialogue dialogue = switch (check.protocol()) {
            case REDIS -> new Redis();
            case SMTP -> new Smtp();
            case LDAP -> new LdapBind();
            case MYSQL -> new Mysql(check.user());
            case POSTGRESQL -> new Postgresql(check.user());
        };
        return new DialogueProbe(check.protocol().word() + " at " + socket.to(), dialogue, socket,
                ProbeTls.of(check.tls(), check.host(), socket.to()));
    }

    @Override
    public String subject() {
        return subject;
    }

    @Override
    public Outcome run(Attempt attempt) throws IOException {
        SSLContext context = tls != null ? tls.context() : null;
        try (Socket plain = socket.open(attempt)) {
            if (tls == null || context == null) {
                return hold(plain, attempt);
            }
            try (SSLSocket secure = tls.over(plain, context, attempt)) {
                return hold(secure, attempt);
            }
        }
    }

    private Outcome hold(Socket connected, Attempt attempt) throws IOException {
        return Outcome.passed(dialogue.hold(
                new Conversation(connected.getInputStream(), connected.getOutputStream(), attempt::await)));
    }
}
