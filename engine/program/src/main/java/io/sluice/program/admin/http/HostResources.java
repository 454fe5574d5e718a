package io.sluice.program.admin.http;

import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.api.Role;
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
        router.add("GET", "/api/v1/events", Role.VIEWER,
                Operation.of("Events, oldest first").query("after", "integer", "Only younger than this sequence")
                        .query("subject", "string", "Only of this subject").answersList("Event").refuses(400),
                this::events);
        router.add("GET", "/api/v1/doctor", Role.VIEWER,
                Operation.of("What is wrong with the host, and what mends it").answers("Doctor"), this::doctor);
        router.add("GET", "/api/v1/metrics/history", Role.VIEWER,
                Operation.of("Bandwidth, load and memory of the last hour").answers("History"),
                call -> call.answer(200, history.view()));
        router.add("GET", "/api/v1/openapi.json", null,
                Operation.of("This description").answers(Operation.JSON, OpenApi.type("object")),
                call -> call.answer(200, OpenApi.of(router.routes())));
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
}
