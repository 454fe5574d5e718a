package io.sluice.control.health;

import io.sluice.control.config.model.HealthCheck;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Pings each address once and prints how it ended; run in a namespace or without privileges. */
final class PingMain {
    public static void main(String[] arguments) {
        int timeoutMs = Integer.parseInt(arguments[0]);
        for (String address : List.of(arguments).subList(1, arguments.length)) {
            CheckStatus status = Recorder.once(new InetSocketAddress(InetAddress.ofLiteral(address), 0),
                    new HealthCheck.Ping(Recorder.timing(100, timeoutMs)));
            System.out.println(status.state() + " " + status.detail());
        }
    }
}
