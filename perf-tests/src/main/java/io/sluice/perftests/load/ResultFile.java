package io.sluice.perftests.load;

import io.sluice.perftests.host.Fingerprint;
import io.sluice.ringbuffers.ip.Endpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes an outcome as JSON (full histograms, compressed HdrHistogram V2 in base64) and as .hlog for the usual viewers.
 * Stateless.
 */
public final class ResultFile {
    public static final String KIND = "sluice-load";
    public static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private ResultFile() {
    }

    public static String text(LoadOutcome outcome) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json(outcome)) + "\n";
    }

    public static ObjectNode json(LoadOutcome outcome) {
        LoadPlan plan = outcome.plan();
        ObjectNode root = JSON.createObjectNode();
        root.put("kind", KIND).put("format", 1).put("started", outcome.started().toString());
        root.put("valid", outcome.valid());
        ArrayNode reasons = root.putArray("invalid-because");
        outcome.judgement().unbelievableBecause().forEach(reasons::add);
        ArrayNode failures = root.putArray("target-failed-because");
        outcome.judgement().targetFailed().forEach(failures::add);
        root.set("plan", plan(plan));
        figures(root, outcome.total(), true);
        root.put("unfinished", outcome.unfinished());
        ObjectNode late = root.putObject("late");
        late.put("count", outcome.total().count(Count.LATE)).put("share", Judgement.lateShare(outcome.total()))
                .put("limit", plan.lateLimit())
                .put("after-us", plan.lateAfterNs() / 1e3);
        if (outcome.steps().size() > 1) {
            ArrayNode steps = root.putArray("steps");
            for (Interval step : outcome.steps()) {
                figures(steps.addObject(), step, true);
            }
        }
        ArrayNode series = root.putArray("intervals");
        for (Interval interval : outcome.series()) {
            figures(series.addObject(), interval, false);
        }
        ObjectNode environment = root.putObject("environment");
        Fingerprint.ofThisHost().ordered().forEach(environment::put);
        return root;
    }

    private static ObjectNode plan(LoadPlan plan) {
        ObjectNode node = JSON.createObjectNode();
        node.put("mode", plan.mode().word);
        ArrayNode targets = node.putArray("targets");
        plan.targets().forEach(target -> targets.add(Endpoint.of(target).toString()));
        node.put("connections", plan.connections().toString()).put("loop", plan.openLoop() ? "open" : "closed");
        if (plan.ratePerSecond() != null) {
            node.put("rate", plan.ratePerSecond().toString()).put("arrivals",
                    plan.spacing().name().toLowerCase(java.util.Locale.ROOT));
        }
        node.put("warm-up-seconds", plan.warmUpNs() / 1e9).put("seconds", plan.durationNs() / 1e9).put("threads",
                plan.threads());
        node.put("request-bytes", plan.requestBytes()).put("response-bytes", plan.responseBytes()).put("think-us",
                plan.thinkNs() / 1e3);
        if (plan.mode() == LoadMode.BULK) {
            node.put("direction", plan.direction().name().toLowerCase(java.util.Locale.ROOT));
        }
        if (plan.mode() == LoadMode.CONNECT_REQUEST_CLOSE) {
            node.put("close", plan.close().name().toLowerCase(java.util.Locale.ROOT));
        }
        if (plan.mode() == LoadMode.UDP_SEND) {
            node.put("batch", plan.batch()).put("gso", plan.gso());
        }
        node.put("source-addresses", plan.sources().size()).put("verify", plan.verify()).put("seed", plan.seed());
        return node;
    }

    private static void figures(ObjectNode node, Interval interval, boolean whole) {
        node.put("from-seconds", interval.fromSeconds).put("seconds", interval.seconds);
        if (interval.offeredPerSecond > 0) {
            node.put("offered-per-second", interval.offeredPerSecond);
        }
        node.put("operations-per-second", interval.perSecond(Count.OPERATIONS));
        node.put("bytes-sent-per-second", interval.perSecond(Count.BYTES_SENT)).put("bytes-received-per-second",
                interval.perSecond(Count.BYTES_RECEIVED));
        node.put("connections", interval.connections);
        ObjectNode failures = null;
        for (Count count : Count.values()) {
            if (!count.failure) {
                node.put(count.word, interval.count(count));
            } else if (interval.count(count) > 0) {
                failures = failures == null ? JSON.createObjectNode() : failures;
                failures.put(count.word, interval.count(count));
            }
        }
        node.put("errors", interval.failures());
        if (failures != null) {
            node.set("errors-by-kind", failures);
        }
        latency(node, "latency-us", interval.latency, whole);
        if (whole) {
            latency(node, "service-us", interval.service, true);
            latency(node, "connect-us", interval.connect, true);
            ObjectNode histograms = node.putObject("histograms");
            histograms.put("latency", encode(interval.latency)).put("service", encode(interval.service)).put("connect",
                    encode(interval.connect));
        }
    }

    private static void latency(ObjectNode node, String name, Histogram histogram, boolean whole) {
        if (histogram.getTotalCount() == 0) {
            return;
        }
        ObjectNode latency = node.putObject(name);
        if (whole) {
            latency.put("count", histogram.getTotalCount()).put("min", histogram.getMinValue() / 1e3).put("mean",
                    histogram.getMean() / 1e3);
        }
        for (double percentile : PERCENTILES) {
            if (whole || percentile == 50 || percentile == 99) {
                latency.put("p" + trimmed(percentile), histogram.getValueAtPercentile(percentile) / 1e3);
            }
        }
        latency.put("max", histogram.getMaxValue() / 1e3);
    }

    public static String trimmed(double percentile) {
        return percentile == Math.rint(percentile) ? Integer.toString((int) percentile) : Double.toString(percentile);
    }

    /** HdrHistogram V2, compressed, base64: what every HdrHistogram library reads. */
    public static String encode(Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer, Deflater.BEST_COMPRESSION);
        return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(buffer.array(), length));
    }

    public static Histogram decode(String base64) {
        try {
            return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(base64)), 0);
        } catch (java.util.zip.DataFormatException | IllegalArgumentException e) {
            throw new IllegalArgumentException("not an HdrHistogram in base64: " + e.getMessage(), e);
        }
    }

    /** One line per interval: HistogramLogAnalyzer, hdr-plot and others read it. */
    public static void writeHlog(LoadOutcome outcome, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                PrintStream print = new PrintStream(out, false, StandardCharsets.UTF_8)) {
            HistogramLogWriter writer = new HistogramLogWriter(print);
            long startMs = outcome.started().toEpochMilli() + outcome.plan().warmUpNs() / 1_000_000;
            writer.outputComment("[sluice load, latencies in nanoseconds from the intended start]");
            writer.outputLogFormatVersion();
            writer.outputStartTime(startMs);
            writer.setBaseTime(startMs);
            writer.outputLegend();
            for (Interval interval : outcome.series()) {
                writer.outputIntervalHistogram(interval.fromSeconds, interval.fromSeconds + interval.seconds,
                        interval.latency, 1e6);
            }
        }
    }
}
