package io.sluice.control.config.file;

import io.sluice.control.config.yaml.Bounds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The text of a configuration as it comes from a file or a stream, no more of it than is read. Any thread. */
public final class ConfigurationBytes {
    private ConfigurationBytes() {
    }

    /** Says in words why there is no text. */
    public static final class Unreadable extends IOException {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return Objects.requireNonNullElse(super.getMessage(), "");
        }
    }

    /**
     * The text of a file. A device or a FIFO is none: it may never end.
     *
     * @throws Unreadable with the reason
     */
    public static String of(Path file) throws Unreadable {
        String unfit = unfit(file);
        if (unfit != null) {
            throw new Unreadable(unfit);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return of(in);
        } catch (Unreadable e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw new Unreadable("the file does not exist");
        } catch (AccessDeniedException e) {
            throw new Unreadable("the file cannot be read by this user");
        } catch (IOException e) {
            throw new Unreadable("the file cannot be read: " + e.getMessage());
        }
    }

    private static @Nullable String unfit(Path file) {
        if (Files.isDirectory(file)) {
            return "it is a directory (allowed: a file)";
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return "it is a device, a pipe or a socket (allowed: a file; -c - reads standard input)";
        }
        return null;
    }

    /**
     * The text of a stream, read to its end.
     *
     * @throws Unreadable when it is too long or no text
     */
    public static String of(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(Bounds.LONGEST_FILE + 1);
        if (bytes.length > Bounds.LONGEST_FILE) {
            throw new Unreadable("the file is longer than " + (Bounds.LONGEST_FILE >> 20) + "MiB");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new Unreadable("the file is not UTF-8 text");
        }
    }
}
