package io.sluice.bench.relay;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import io.sluice.dataplane.proxyprotocol.ProxyHeaderParser;
import io.sluice.dataplane.proxyprotocol.ProxyHeaderWriter;
import io.sluice.ringbuffers.syscall.Memory;

/** PROXY headers of both versions, read and written once per connection; beside splitting the line as a string. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ProxyHeaderBenchmark {
    private static final byte[] LINE = "PROXY TCP4 203.0.113.77 192.168.94.100 54321 3389\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    private static final long CLIENT = 0xFFFF_CB00_714DL;
    private static final long SERVICE = 0xFFFF_C0A8_5E64L;

    private final ProxyHeaderParser parser = new ProxyHeaderParser();
    private final Memory version1 = Memory.ofThisThread(256);
    private final Memory version2 = Memory.ofThisThread(256);
    private final Memory written = Memory.ofThisThread(256);
    private final int version2Bytes;

    public ProxyHeaderBenchmark() {
        version1.put(0, LINE);
        version2Bytes = ProxyHeaderWriter.writeV2(version2, false, 0, CLIENT, 54_321, 0, SERVICE, 3_389);
    }

    @Benchmark
    public long readVersion1() {
        return check(parser.parse(version1, LINE.length));
    }

    @Benchmark
    public long readVersion2() {
        return check(parser.parse(version2, version2Bytes));
    }

    @Benchmark
    public int writeVersion1() {
        return ProxyHeaderWriter.writeV1(written, 0, CLIENT, 54_321, 0, SERVICE, 3_389);
    }

    @Benchmark
    public int writeVersion2() {
        return ProxyHeaderWriter.writeV2(written, false, 0, CLIENT, 54_321, 0, SERVICE, 3_389);
    }

    @Benchmark
    public int baselineReadVersion1() {
        String[] words = new String(LINE, StandardCharsets.US_ASCII).trim().split(" ", -1);
        int address = 0;
        for (String octet : words[2].split("\\.", -1)) {
            address = address << 8 | Integer.parseInt(octet);
        }
        return address + Integer.parseInt(words[4]);
    }

    private long check(int lengthBytes) {
        if (lengthBytes <= 0 || parser.sourceLow() != CLIENT) {
            throw new AssertionError("the header was not understood");
        }
        return parser.sourceLow() + parser.sourcePort();
    }
}
