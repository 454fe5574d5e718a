package io.sluice.program.admin.http;

import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** What happened, how the host is and was, and the description of the API. Any thread. */
final class HostResources {
    private final Control control;
    private final History history;
    private final Callable<?> doctor;

    HostResources(Control control, History history, Callable<?> doctor) {
        this.control = control;
        this.history = history;
        this.doctor = doctor;
    }

    void addTo(Router router) {
        router.add("GET", "/api/v1/events", Role.VIEWER, this::events);
        router.add("GET", "/api/v1/doctor", Role.VIEWER, this::doctor);
        router.add("GET", "/api/v1/metrics/history", Role.VIEWER, call -> call.answer(200, history.view()));
        router.add("GET", "/api/v1/openapi.json", null, this::description);
    }

    private void events(ApiRequest call) throws IOException {
        List<Event> events = control.events(call.number("after", 0, 0, Long.MAX_VALUE));
        String subject = call.parameter("subject");
        call.answer(200, subject == null
                ? events
                : events.stream().filter(event -> event.subject().equals(subject)).toList());
    }

    private void doctor(ApiRequest call) throws IOException {
        Object report;
        try {
            report = doctor.call();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        call.answer(200, report);
    }

    private void description(ApiRequest call) throws IOException {
        try (var in = HostResources.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is not in this build");
            }
            call.send(200, "application/json", in.readAllBytes());
        }
    }
}
