package io.sluice.program.admin.http;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.sluice.control.api.Command;
import io.sluice.control.api.Control;
import io.sluice.control.api.Request;
import io.sluice.control.api.Role;
import io.sluice.control.api.Verb;
import io.sluice.program.admin.Wire;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Commands that the API takes as they are: each {@link Verb} with an address. Any thread. */
final class CommandResources {
    private final Control control;

    CommandResources(Control control) {
        this.control = control;
    }

    void addTo(Router router) {
        kinds(Command.class).forEach(kind -> {
            Verb verb = kind.getAnnotation(Verb.class);
            if (!verb.http().isEmpty()) {
                String[] address = verb.http().split(" ");
                router.add(address[0], address[1], verb.role(), described(kind, verb), call -> tell(call, kind, verb));
            }
        });
    }

    /** Who may give that command. */
    static Role role(Class<? extends Command> kind) {
        return kind.getAnnotation(Verb.class).role();
    }

    private static Stream<Class<?>> kinds(Class<?> family) {
        return family.isSealed()
                ? Arrays.stream(family.getPermittedSubclasses()).flatMap(CommandResources::kinds)
                : Stream.of(family);
    }

    private static Operation described(Class<?> kind, Verb verb) {
        Operation operation = Operation.of(verb.summary()).answers("Done").refuses(409);
        if (verb.body().length > 0) {
            operation.takes(kind.getSimpleName(), OpenApi.schema(kind, verb.body())).refuses(400);
        }
        return verb.readsConfiguration() ? operation.refuses(422) : operation;
    }

    private void tell(ApiRequest call, Class<?> kind, Verb verb) throws IOException {
        Command command = command(call, kind, verb);
        String vague = command.vague();
        String unfit = vague == null ? command.unfit() : vague;
        if (unfit != null) {
            throw new ApiError(400, unfit);
        }
        call.answer(control.tell(command, call.caller()));
    }

    private static Command command(ApiRequest call, Class<?> kind, Verb verb) throws IOException {
        ObjectNode parts = Wire.json().createObjectNode();
        parts.put("command", kind.getAnnotation(JsonTypeName.class).value());
        Arrays.stream(kind.getRecordComponents()).forEach(component -> {
            if (component.getType() == long.class) {
                parts.put(OpenApi.nameOf(component), 0);
            }
        });
        if (verb.body().length > 0) {
            JsonNode body = call.json(verb.body());
            for (String name : verb.body()) {
                JsonNode value = body.get(name);
                boolean wantsText = OpenApi.component(kind, name).getType() == String.class;
                if (wantsText && value != null && !value.isNull() && !value.isString()) {
                    throw new ApiError(400, name + " is " + value + ", want a text");
                }
                parts.set(name, value);
            }
        }
        try {
            return (Command) Wire.json().treeToValue(parts, Request.class);
        } catch (JacksonException unfit) {
            throw new ApiError(400, "the body is not understood: " + unfit.getOriginalMessage());
        }
    }
}
