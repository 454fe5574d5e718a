package io.sluice.program.admin.http;

import io.sluice.control.api.Control;
import io.sluice.control.api.EntityTag;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Role;
import io.sluice.control.config.file.FileReason;
import io.sluice.control.config.file.Plan;
import io.sluice.control.config.yaml.Formatter;
import io.sluice.control.config.yaml.Problem;
import io.sluice.control.config.yaml.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The configuration: read, checked, planned, committed, and taken back when servers go down. Any thread. */
final class ConfigurationResources {
    private static final String PATH = "/api/v1/configuration";
    private static final int STANDARD_GRACE_S = 30;
    private static final int LONGEST_GRACE_S = 3_600;
    private static final int PATIENCE_S = 10;

    private final Control control;
    private final ConfigurationFiles files;
    private final Rollback rollback;
    private final Audit audit;
    private final ReentrantLock changing = new ReentrantLock();
    /** A large one takes a core for seconds and a good part of the heap. Operators do not wait for viewers. */
    private final Map<Role, Semaphore> checking = Map.of(Role.VIEWER, new Semaphore(1, true), Role.OPERATOR,
            new Semaphore(1, true));

    ConfigurationResources(Control control, ConfigurationFiles files, Audit audit) {
        this.control = control;
        this.files = files;
        this.audit = audit;
        this.rollback = new Rollback(control);
    }

    void addTo(Router router) {
        ObjectNode allow = JsonNodeFactory.instance.objectNode().put("description",
                "Holds PUT where this daemon may replace the file");
        allow.set("schema", OpenApi.type("string"));
        router.add("GET", PATH, Role.VIEWER, Operation.of("The configuration file")
                .answers(Operation.YAML, OpenApi.type("string")).tagged().header("Allow", allow), this::read);
        router.add("PUT", PATH, Role.OPERATOR, Operation.of(
                "Replace the file and reload; taken back when servers go down within the grace period").takesYaml()
                .ifMatch(true)
                .query("rollback-within", "integer", "Grace period in seconds, 0..3600; 0: none; standard 30")
                .answers("Done").tagged().refuses(400, 409, 422, 428, 503), this::commit);
        router.add("POST", PATH + "/check", Role.VIEWER,
                Operation.of("Check a configuration").takesYaml().answers("CheckResult").refuses(503), this::check);
        router.add("POST", PATH + "/plan", Role.VIEWER,
                Operation.of("What it would change").takesYaml().answers("Plan").refuses(409, 422, 503), this::plan);
        router.add("POST", PATH + "/format", Role.VIEWER, Operation.of("Lay a configuration out as sluice fmt does")
                .takesYaml().answers("Formatted").refuses(422, 503), this::format);
        router.add("GET", PATH + "/rollback", Role.VIEWER,
                Operation.of("Whether the last commit may still be taken back").answers("Rollback"),
                call -> call.answer(200, rollback.view()));
        router.add("POST", PATH + "/confirm", Role.OPERATOR, Operation.of("Keep the last commit").answers("Rollback"),
                this::confirm);
    }

    private void read(ApiRequest call) throws IOException {
        String text = files.text();
        call.answerHeader("ETag", EntityTag.of(text));
        call.answerHeader("Allow", files.writable() ? "GET, PUT" : "GET");
        call.send(200, "application/yaml; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    private void check(ApiRequest call) throws IOException {
        Map<String, Object> answer = new LinkedHashMap<>();
        Outcome outcome = planned(call);
        List<String> problems = outcome instanceof Outcome.Invalid invalid ? invalid.problems() : List.of();
        answer.put("valid", problems.isEmpty());
        answer.put("problems", problems);
        answer.put("warnings", outcome instanceof Outcome.Planned planned ? planned.warnings() : List.of());
        call.answer(200, answer);
    }

    private Outcome planned(ApiRequest call) throws IOException {
        String text = text(call);
        return Objects.requireNonNull(inTurn(call, () -> files.plan(text)));
    }

    private interface Check<T> {
        @Nullable
        T call() throws IOException;
    }

    /** One at a time of those who may do as much. */
    private <T> @Nullable T inTurn(ApiRequest call, Check<T> check) throws IOException {
        Semaphore place = Objects.requireNonNull(checking.get(call.identity().role()));
        try {
            if (!place.tryAcquire(PATIENCE_S, TimeUnit.SECONDS)) {
                throw ApiError.busy("other configurations are being checked");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiError.busy("the daemon is stopping");
        }
        try {
            return check.call();
        } finally {
            place.release();
        }
    }

    /** In the canonical layout. */
    private void format(ApiRequest call) throws IOException {
        String text = text(call);
        Problems problems = new Problems(files.file().toString());
        String formatted = inTurn(call, () -> Formatter.format(text, problems));
        if (formatted == null) {
            throw new ApiError(422, "the text is no YAML",
                    problems.sorted().stream().map(Problem::toString).toList());
        }
        call.answer(200, Map.of("changed", !formatted.equals(text), "text", formatted));
    }

    private void plan(ApiRequest call) throws IOException {
        switch (planned(call)) {
            case Outcome.Planned(Plan plan, List<String> warnings) ->
                call.answer(200, Map.of("message", plan.summary(), "details",
                        plan.lines().stream().map(Plan.Line::toString).toList(), "warnings", warnings, "plan", plan));
            case Outcome.Done done -> throw new IllegalStateException("a plan changes nothing: " + done);
            case Outcome.Stale stale -> throw new ApiError(409, stale.message());
            case Outcome.Refused(String message) -> throw new ApiError(409, message);
            case Outcome.Invalid(String message, List<String> problems) -> throw new ApiError(422, message, problems);
        }
    }

    private void commit(ApiRequest call) throws IOException {
        long grace = call.number("rollback-within", STANDARD_GRACE_S, 0, LONGEST_GRACE_S);
        if (call.header("If-Match").isEmpty()) {
            throw new ApiError(428, "want If-Match with the ETag of the configuration that you have edited");
        }
        String text = text(call);
        changing.lock();
        try {
            String before = files.text();
            call.requireMatch(EntityTag.of(before));
            Set<String> up = Rollback.up(control.status());
            Outcome outcome = Objects.requireNonNull(inTurn(call, () -> files.commit(text, before)));
            audit.require(call, "commit of " + files.file(), outcome);
            if (grace > 0) {
                rollback.watch(up, Duration.ofSeconds(grace), () -> back(text, before));
            }
            call.answerHeader("ETag", EntityTag.of(text));
            if (outcome instanceof Outcome.Done(String message, List<String> details)) {
                call.answer(200, Map.of("message", message, "details", details, "rollback-within-seconds", grace));
            }
        } finally {
            changing.unlock();
        }
    }

    /** Only where nobody else has changed the file meanwhile. */
    private Outcome back(String committed, String before) {
        changing.lock();
        try {
            return files.text().equals(committed)
                    ? files.commit(before, committed)
                    : new Outcome.Refused("the file has been changed since");
        } catch (IOException e) {
            return new Outcome.Refused(FileReason.withFile(e));
        } finally {
            changing.unlock();
        }
    }

    private void confirm(ApiRequest call) throws IOException {
        audit.note(call, "confirm of the configuration");
        rollback.confirm();
        call.answer(200, rollback.view());
    }

    private static String text(ApiRequest call) throws IOException {
        String type = call.header("Content-Type").orElse("");
        // what a form of another site can send is not taken
        if (!type.startsWith("application/yaml")) {
            throw new ApiError(415, "want Content-Type: application/yaml");
        }
        return call.text();
    }
}
