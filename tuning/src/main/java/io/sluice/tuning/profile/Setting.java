package io.sluice.tuning.profile;

import io.sluice.tuning.facts.Ethtool;
import io.sluice.tuning.facts.HostSource;
import io.sluice.tuning.facts.MemoryFacts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One adjustable thing of the host that can be read, written and read back. Immutable. */
sealed interface Setting {

    /** The current value in a form that {@link #write} takes; null when it is not there or not readable. */
    @Nullable
    String read(HostSource host);

    void write(HostWriter host, String value) throws IOException;

    /** What an administrator would type for the same. */
    String command(String value);

    /** One word of the kind and the rest that tells it from others; {@link #parse} understands it. */
    String key();

    static Setting parse(String key) throws IOException {
        String[] parts = key.split(" ", 3);
        return switch (parts[0]) {
            case "sysctl" -> new Sysctl(parts[1]);
            case "file" -> new KernelFile(parts[1]);
            case "rings" -> new Rings(parts[1]);
            case "coalescing" -> new Coalescing(parts[1]);
            case "offload" -> new Offload(parts[1], parts[2]);
            default -> throw new IOException("unknown kind of setting: " + key);
        };
    }

    /** A kernel setting below /proc/sys, by its dotted name. */
    record Sysctl(String name) implements Setting {
        @Override
        public @Nullable String read(HostSource host) {
            return blanks(host.text(path()));
        }

        @Override
        public void write(HostWriter host, String value) throws IOException {
            host.write(path(), value);
        }

        @Override
        public String command(String value) {
            return "sysctl -w " + name + "=" + (value.contains(" ") ? "'" + value + "'" : value);
        }

        @Override
        public String key() {
            return "sysctl " + name;
        }

        private String path() {
            return io.sluice.tuning.facts.Sysctls.path(name);
        }
    }

    /** A file below /sys or /proc/irq; one that lists choices counts as the selected word. */
    record KernelFile(String path) implements Setting {
        @Override
        public @Nullable String read(HostSource host) {
            String text = blanks(host.text(path));
            return text == null ? null : text.contains("[") ? MemoryFacts.selected(text) : text;
        }

        @Override
        public void write(HostWriter host, String value) throws IOException {
            host.write(path, value);
        }

        @Override
        public String command(String value) {
            return "echo " + value + " >" + path;
        }

        @Override
        public String key() {
            return "file " + path;
        }
    }

    /** Receive descriptors of a network card. */
    record Rings(String face) implements Setting {
        @Override
        public @Nullable String read(HostSource host) {
            var rx = Ethtool.number(Ethtool.read(host, face).ringCurrent(), "RX");
            return rx.isPresent() ? "rx " + rx.getAsLong() : null;
        }

        @Override
        public void write(HostWriter host, String value) throws IOException {
            host.run(words("-G", value));
        }

        @Override
        public String command(String value) {
            return String.join(" ", words("-G", value));
        }

        @Override
        public String key() {
            return "rings " + face;
        }

        private List<String> words(String option, String value) {
            return ethtool(option, face, value);
        }
    }

    /** How long a network card waits before it interrupts. */
    record Coalescing(String face) implements Setting {
        @Override
        public @Nullable String read(HostSource host) {
            Map<String, String> now = Ethtool.read(host, face).coalescing();
            String wait = now.getOrDefault("rx-usecs", "n/a");
            String adaptive = now.getOrDefault("Adaptive RX", "n/a");
            return wait.equals("n/a")
                    ? null
                    : (adaptive.equals("n/a") ? "" : "adaptive-rx " + adaptive + " ") + "rx-usecs " + wait;
        }

        @Override
        public void write(HostWriter host, String value) throws IOException {
            host.run(ethtool("-C", face, value));
        }

        @Override
        public String command(String value) {
            return String.join(" ", ethtool("-C", face, value));
        }

        @Override
        public String key() {
            return "coalescing " + face;
        }
    }

    /** An offload of a network card, on or off. */
    record Offload(String face, String feature) implements Setting {
        @Override
        public @Nullable String read(HostSource host) {
            String state = Ethtool.read(host, face).features().getOrDefault(feature, "");
            return state.equals("on") || state.equals("off") ? state : null; // "[fixed]" cannot be changed
        }

        @Override
        public void write(HostWriter host, String value) throws IOException {
            host.run(ethtool("-K", face, feature + " " + value));
        }

        @Override
        public String command(String value) {
            return String.join(" ", ethtool("-K", face, feature + " " + value));
        }

        @Override
        public String key() {
            return "offload " + face + " " + feature;
        }
    }

    private static List<String> ethtool(String option, String face, String value) {
        return Stream.concat(Stream.of("ethtool", option, face), Stream.of(value.split(" "))).toList();
    }

    private static @Nullable String blanks(@Nullable String text) {
        return text == null ? null : String.join(" ", text.strip().split("\\s+"));
    }
}
