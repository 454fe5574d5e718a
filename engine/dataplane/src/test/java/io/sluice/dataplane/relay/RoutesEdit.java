package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.AffinityRule;
import io.sluice.dataplane.service.Encryption;
import io.sluice.dataplane.service.Forwarding;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.scheduler.Candidates;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Copies of a virtual service with one part changed, for tests. */
final class RoutesEdit {
    private RoutesEdit() {
    }

    static VirtualService timeouts(VirtualService service, TcpProxy.Timeouts timeouts) {
        return forwarding(service, Map.of("timeouts", timeouts));
    }

    static VirtualService waiting(VirtualService service, TcpProxy.Waiting waiting) {
        return forwarding(service, Map.of("waiting", waiting));
    }

    static VirtualService affinity(VirtualService service, AffinityRule affinity) {
        return with(service, Map.of("affinity", affinity));
    }

    static VirtualService servers(VirtualService service, List<RealServer> servers, Candidates candidates) {
        return with(service, Map.of("servers", servers, "candidates", candidates));
    }

    static VirtualService limits(VirtualService service, VirtualService.Limits limits) {
        return with(service, Map.of("limits", limits));
    }

    static VirtualService access(VirtualService service, VirtualService.AccessList access) {
        return with(service, Map.of("access", access));
    }

    static VirtualService connecting(VirtualService service, Forwarding.Connecting connecting) {
        return forwarding(service, Map.of("connecting", connecting));
    }

    static VirtualService proxyHeader(VirtualService service, Forwarding.ProxyHeader header) {
        return forwarding(service, Map.of("proxyHeader", header));
    }

    static VirtualService tls(VirtualService service, Encryption tls) {
        return forwarding(service, Map.of("tls", tls));
    }

    private static VirtualService forwarding(VirtualService service, Map<String, Object> changed) {
        return with(service, Map.of("forwarding", with((TcpProxy) service.forwarding(), changed)));
    }

    /** The parts by their names in the record. */
    private static <R extends Record> R with(R record, Map<String, Object> changed) {
        RecordComponent[] parts = record.getClass().getRecordComponents();
        assertKnown(parts, changed);
        try {
            Object[] values = new Object[parts.length];
            for (int i = 0; i < parts.length; i++) {
                Object value = changed.get(parts[i].getName());
                values[i] = value == null ? parts[i].getAccessor().invoke(record) : value;
            }
            @SuppressWarnings("unchecked")
            R copy = (R) record.getClass().getDeclaredConstructor(Arrays.stream(parts).map(RecordComponent::getType)
                    .toArray(Class<?>[]::new)).newInstance(values);
            return copy;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertKnown(RecordComponent[] parts, Map<String, Object> changed) {
        List<String> names = Arrays.stream(parts).map(RecordComponent::getName).toList();
        if (!names.containsAll(changed.keySet())) {
            throw new AssertionError(changed.keySet() + " in " + names);
        }
    }
}
