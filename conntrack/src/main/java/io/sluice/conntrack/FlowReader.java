package io.sluice.conntrack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * Reads the flow tables in a state directory from any process: of the daemon, of both daemons during an upgrade, and of
 * one that died. One thread at a time. Opened anew for each look, since a restarted daemon makes a new table.
 */
public final class FlowReader implements AutoCloseable {
    private final List<MappedRegion> regions;

    private FlowReader(List<MappedRegion> regions) {
        this.regions = regions;
    }

    /**
     * Opens all flow tables.
     *
     * @param directory the state directory
     * @throws IOException when there is none, or one written by another version of sluice
     */
    public static FlowReader open(Path directory) throws IOException {
        List<Path> files = FlowFiles.in(directory);
        if (files.isEmpty()) {
            throw new NoSuchFileException(directory.toString(), null,
                    "no flow table here; has the daemon run with this state directory?");
        }
        FlowReader reader = new FlowReader(new ArrayList<>());
        try {
            for (Path file : files) {
                if (Files.isSymbolicLink(file) && !Files.exists(file)) {
                    continue; // it was in memory, and has ended with its process
                }
                reader.regions.add(MappedRegion.openReadOnly(file, FlowLayout.LAYOUT));
            }
            return reader;
        } catch (NoSuchFileException e) { // a daemon that starts has just adopted it
            reader.close();
            return open(directory);
        } catch (IOException e) {
            reader.close();
            throw e;
        }
    }

    /** Visits a copy of every flow. */
    public void forEach(Consumer<Flow> visitor) {
        regions.forEach(region -> new FlowSnapshots(region).forEach(false, visitor));
    }

    /** Flows in all tables. */
    public long flows() {
        return regions.stream().mapToLong(region -> new FlowSnapshots(region).sum(FlowLayout.FLOWS)).sum();
    }

    /** Flows that gave way to new ones. */
    public long evictions() {
        return regions.stream().mapToLong(region -> new FlowSnapshots(region).sum(FlowLayout.EVICTIONS)).sum();
    }

    /** Flows of each process whose table is here and that still runs. */
    public Map<Long, Long> flowsByLivingPid() {
        Map<Long, Long> flows = new LinkedHashMap<>();
        regions.stream().filter(FlowReader::ownerLives).forEach(region -> flows
                .put(region.readLongAcquire(FlowLayout.PID), new FlowSnapshots(region).sum(FlowLayout.FLOWS)));
        return flows;
    }

    /** Processes whose tables are here and that still run. */
    public List<Long> livingPids() {
        return regions.stream().filter(FlowReader::ownerLives).map(region -> region.readLongAcquire(FlowLayout.PID))
                .toList();
    }

    @Override
    public void close() {
        regions.forEach(MappedRegion::close);
    }

    /** The same number may belong to another process now, therefore the start as well. */
    private static boolean ownerLives(MappedRegion region) {
        long startMs = region.readLong(FlowLayout.PROCESS_START_MS);
        return ProcessHandle.of(region.readLongAcquire(FlowLayout.PID)).filter(ProcessHandle::isAlive)
                .map(process -> startMs(process) == startMs).orElse(false);
    }

    static long startMs(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
}
