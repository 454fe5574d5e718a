package io.sluice.control.config.file;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a file could not be used, in words: what Java's exceptions say is a class or a bare name. Any thread. */
public final class FileReason {
    private FileReason() {
    }

    /** Without the file, which the sentence around it names. */
    public static String of(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied";
            case NoSuchFileException absent -> "there is no such file";
            case FileAlreadyExistsException other -> "something else with that name is there already";
            case DirectoryNotEmptyException full -> "it is a directory";
            case NotDirectoryException file -> "it is no directory";
            case CharacterCodingException binary -> "it is not text";
            case FileSystemException other -> said(other.getReason());
            default -> said(e.getMessage());
        };
    }

    /** With the file, where the exception knows it. */
    public static String withFile(IOException e) {
        String file = e instanceof FileSystemException known ? known.getFile() : null;
        return file == null ? of(e) : file + ": " + of(e);
    }

    /** What the kernel says begins with a capital. */
    private static String said(@Nullable String message) {
        if (message == null || message.isEmpty()) {
            return "it cannot be read or written";
        }
        return message.length() > 1 && Character.isLowerCase(message.charAt(1))
                ? message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1)
                : message;
    }
}
