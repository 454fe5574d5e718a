package io.sluice.engine.conductor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What administrators said of servers, in {@code overrides.json} of the state directory: it survives reload, restart and
 * kill -9. Conductor's thread.
 */
final class Overrides {
    private static final String FILE = "overrides.json";

    private final Path stateDirectory;

    Overrides(Path stateDirectory) {
        this.stateDirectory = stateDirectory;
    }

    /**
     * What was said of one server.
     *
     * @param weight null: the configured one
     */
    record Override(String service, String server, AdminState admin, @Nullable Integer weight) {
        ServerKey key() {
            return new ServerKey(service, server);
        }
    }

    /**
     * What the last process left, by server.
     *
     * @throws IOException when it cannot be read or understood
     */
    Map<ServerKey, Override> load() throws IOException {
        Path file = stateDirectory.resolve(FILE);
        Map<ServerKey, Override> loaded = new LinkedHashMap<>();
        if (Files.exists(file)) {
            try {
                List<Override> all = JsonMapper.shared().readValue(Files.readAllBytes(file), new TypeReference<>() {
                });
                all.forEach(one -> loaded.put(one.key(), one));
            } catch (JacksonException damaged) {
                throw new IOException(file + " cannot be understood: " + damaged.getOriginalMessage(), damaged);
            }
        }
        return loaded;
    }

    /** Writes them in one step, and down to the disk: an administrator's word must not be lost with the power. */
    void save(List<Override> overrides) throws IOException {
        Path file = stateDirectory.resolve(FILE);
        if (overrides.isEmpty()) {
            Files.deleteIfExists(file);
            return;
        }
        Path fresh = stateDirectory.resolve(FILE + ".new");
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(JsonMapper.shared().writeValueAsBytes(overrides));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
