package io.sluice.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each verb's record says of it. */
class CommandTest {
    static Stream<Class<?>> kinds() {
        return kinds(Command.class);
    }

    private static Stream<Class<?>> kinds(Class<?> family) {
        return family.isSealed()
                ? Arrays.stream(family.getPermittedSubclasses()).flatMap(CommandTest::kinds)
                : Stream.of(family);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void every_command_says_what_it_is_called_and_who_may(Class<?> kind) {
        assertThat(kind).hasAnnotations(JsonTypeName.class, Verb.class);
        Verb verb = kind.getAnnotation(Verb.class);
        assertThat(List.of(verb.body()))
                .isSubsetOf(Arrays.stream(kind.getRecordComponents()).map(RecordComponent::getName).toList());
        assertThat(verb.http()).matches("|(POST|PUT|DELETE) /api/v1/[a-z/-]+");
        assertThat(verb.http().isEmpty()).isEqualTo(verb.summary().isEmpty());
    }

    @Test
    void the_audit_says_what_was_done_and_to_whom() {
        assertThat(said(new Command.Administer("web", "a", AdminState.DRAIN))).isEqualTo("web/a: drain");
        assertThat(said(new Command.Administer("web", "*", AdminState.HALT))).isEqualTo("web: every server: halt");
        assertThat(said(new Command.Weight("web", "*", null))).isEqualTo("web: every server: weight as configured");
        assertThat(said(new Command.Change("web", "a", AdminState.ONLINE, true, 5, List.of())))
                .isEqualTo("web/a: online, weight 5");
        assertThat(said(new Command.Kick("web", null, "192.0.2.7", 0)))
                .isEqualTo("web: kick {\"service\":\"web\",\"client\":\"192.0.2.7\"}");
        assertThat(said(new Command.Kick(null, null, null, 7))).isEqualTo(": end connection 7");
        assertThat(said(new Command.Reload())).isEqualTo(": reload");
    }

    @Test
    void what_concerns_connections_is_heard_by_processes_that_drain_in_words_that_every_version_knows() {
        Command drain = new Command.Administer("web", "a", AdminState.DRAIN);
        Command kick = new Command.Kick("web", null, null, 0);
        assertThat(drain.forDraining()).isEqualTo(drain);
        assertThat(kick.forDraining()).isEqualTo(kick);
        assertThat(new Command.Change("web", "a", AdminState.DRAIN, true, 5, List.of("\"1\"")).forDraining())
                .isEqualTo(drain);
        assertThat(new Command.Change("web", "a", null, true, 5, List.of()).forDraining()).isNull();
        assertThat(new Command.Weight("web", "a", 5).forDraining()).isNull();
        assertThat(new Command.Reload().forDraining()).isNull();
    }

    @Test
    void what_cannot_be_meant_is_known_without_asking() {
        assertThat(new Command.Weight("web", "a", 65_536).unfit()).isEqualTo("weight 65536 is outside 0..65535");
        assertThat(new Command.Weight("web", "a", null).unfit()).isNull();
        assertThat(new Command.Kick(null, null, "localhost", 0).unfit())
                .isEqualTo("'localhost' is not an IP address; write it like 192.0.2.7 or 2001:db8::7");
    }

    private static String said(Command command) {
        return command.subject() + ": " + command.words();
    }
}
