package io.sluice.control.conductor.listen;

import io.sluice.conntrack.Protocol;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds out who else uses an address, from /proc/net/tcp and its like (proc_net_tcp in the kernel's documentation);
 * only asked when binding has shown that somebody does.
 */
final class ForeignSockets {
    private static final String TCP_LISTEN = "0A";
    private static final String UDP_UNCONNECTED = "07";

    private ForeignSockets() {
    }

    /** A socket as the kernel lists it. */
    private record Entry(Endpoint local, long inode) {
    }

    /**
     * Passes when every socket on that address belongs to this process.
     *
     * @throws IOException naming who has it, where that can be found out
     */
    static void requireNone(Endpoint address, Protocol protocol, Set<Integer> ours) throws IOException {
        Set<Long> own = ours.stream().flatMap(fd -> inode(Path.of("/proc/self/fd/" + fd)).stream())
                .collect(Collectors.toSet());
        boolean anyOurs = false;
        for (Entry entry : entries(protocol)) {
            if (entry.local().port() != address.port() || !overlaps(entry.local().address(), address.address())) {
                continue;
            }
            if (!own.contains(entry.inode())) {
                throw inUse(address, protocol, " by " + owner(entry.inode()));
            }
            anyOurs = true;
        }
        if (!anyOurs) {
            throw inUse(address, protocol, "");
        }
    }

    private static IOException inUse(Endpoint address, Protocol protocol, String by) {
        return new IOException("cannot listen on " + protocol.word() + " "
                + address + ": already in use" + by
                + ": stop that, or choose another address or port");
    }

    /** A wildcard of IPv6 may take IPv4 too: which of them do is not listed. */
    private static boolean overlaps(Ip listed, Ip wanted) {
        return listed.equals(wanted) || listed.isAny()
                || (wanted.isAny() && listed.sameFamily(wanted));
    }

    private static Iterable<Entry> entries(Protocol protocol) {
        String table = "/proc/net/" + protocol.word();
        String state = protocol == Protocol.TCP ? TCP_LISTEN : UDP_UNCONNECTED;
        return Stream.of(table, table + "6").flatMap(ForeignSockets::lines)
                .map(line -> line.strip().split("\\s+")).filter(fields -> fields.length > 9 && fields[3].equals(state))
                .map(ForeignSockets::entry).toList();
    }

    private static Stream<String> lines(String table) {
        try {
            return Files.readAllLines(Path.of(table)).stream().skip(1);
        } catch (IOException noSuchFamily) {
            return Stream.empty();
        }
    }

    private static Entry entry(String[] fields) {
        return new Entry(Endpoint.ofProcNet(fields[1]), Long.parseLong(fields[9]));
    }

    /** {@code haproxy (pid 4711)}; "another process" where this process may not look. */
    private static String owner(long inode) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, inode)) {
                    String name = Files.readString(process.resolve("comm")).strip();
                    return name + " (pid " + process.getFileName() + ")";
                }
            }
        } catch (IOException gone) {
            // the processes changed meanwhile
        }
        return "another process";
    }

    private static boolean holds(Path process, long inode) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (inode(descriptor).filter(its -> its == inode).isPresent()) {
                    return true;
                }
            }
        } catch (IOException | SecurityException notOurs) {
            // another user's process
        }
        return false;
    }

    private static Optional<Long> inode(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString(); // socket:[12345]
            return target.startsWith("socket:[")
                    ? Optional.of(Long.parseLong(target.substring(8, target.length() - 1)))
                    : Optional.empty();
        } catch (IOException closed) {
            return Optional.empty();
        }
    }
}
