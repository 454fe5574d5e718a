package io.sluice.ringbuffers.counters;

import java.nio.file.Path;

/** A daemon that counts until it is killed. */
final class CountingChild {
    private CountingChild() {
    }

    static void main(String[] arguments) throws Exception {
        CountersFile file = CountersFile.create(Path.of(arguments[0]), 64);
        CounterRow row = file.allocate(Kind.SERVICE, 0, "web");
        row.add(0, 1000);
        file.heartbeat(0, System.currentTimeMillis());
        System.out.println("counting");
        while (true) {
            row.increment(1);
        }
    }
}
