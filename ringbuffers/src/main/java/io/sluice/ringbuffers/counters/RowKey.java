package io.sluice.ringbuffers.counters;

import java.nio.charset.StandardCharsets;

/**
 * Identity of a row of counters.
 *
 * @param kind what it is about
 * @param worker index of the worker that writes it, -1 for the control plane
 * @param service label of the virtual service, empty where there is none
 * @param server label of the real server, empty where there is none
 */
public record RowKey(Kind kind, int worker, String service, String server) {
    public RowKey {
        requireShort(service);
        requireShort(server);
    }

    private static void requireShort(String label) {
        if (label.length() > CountersLayout.MAX_LABEL_BYTES
                || label.getBytes(StandardCharsets.UTF_8).length > CountersLayout.MAX_LABEL_BYTES) {
            throw new IllegalArgumentException("label '" + label + "' is longer than " + CountersLayout.MAX_LABEL_BYTES
                    + " bytes; shorten the name of the service or server");
        }
    }
}
