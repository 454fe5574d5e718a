package io.sluice.perftests.load;

import io.sluice.perftests.Units;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Builds short plans for tests. */
final class Plans {
    private final Mode mode;
    private final InetSocketAddress target;
    private Profile connections = Profile.constant(1);
    private @Nullable Profile rate;
    private boolean verify;
    private Plan.Direction direction = Plan.Direction.UP;
    private Plan.Close close = Plan.Close.SERVER;
    private String duration = "300ms";
    private String lateAfter = "1ms";
    private double lateLimit = 1;
    private String timeout = "5s";
    private int requestBytes;
    private int responseBytes = 64;
    private List<java.net.InetAddress> sources = List.of();
    private int threads = 1;

    Plans(String mode, InetSocketAddress target) {
        this.mode = Mode.of(mode);
        this.target = target;
        requestBytes = this.mode == Mode.BULK ? 65_536 : 64;
    }

    Plans connections(String profile) {
        connections = Profile.parse(profile);
        return this;
    }

    Plans rate(String profile) {
        rate = Profile.parse(profile);
        return this;
    }

    Plans verify() {
        verify = true;
        return this;
    }

    Plans direction(String word) {
        direction = Plan.Direction.valueOf(word.toUpperCase(Locale.ROOT));
        return this;
    }

    Plans close(Plan.Close how) {
        close = how;
        return this;
    }

    Plans duration(String time) {
        duration = time;
        return this;
    }

    Plans late(String after, double limit) {
        lateAfter = after;
        lateLimit = limit;
        return this;
    }

    Plans timeout(String time) {
        timeout = time;
        return this;
    }

    Plans sizes(int request, int response) {
        requestBytes = request;
        responseBytes = response;
        return this;
    }

    Plans sources(List<java.net.InetAddress> addresses) {
        sources = addresses;
        return this;
    }

    Plans threads(int number) {
        threads = number;
        return this;
    }

    Plan build() {
        return new Plan(mode, List.of(target), connections, rate, Arrivals.Spacing.CONSTANT, Units.durationNs("100ms"),
                Units.durationNs(duration),
                Units.durationNs("100ms"), threads, requestBytes, responseBytes, null, 0, close, direction, sources,
                verify, 1,
                Units.durationNs(timeout), Units.durationNs("5s"), Units.durationNs(lateAfter), lateLimit, 32, false,
                List.of());
    }
}
