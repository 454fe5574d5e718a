package io.sluice.control.config.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.config.keys.KeySections;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Words of other balancers lead to the word that means the same here. */
class SuggestionTest {
    /** Every key and every word that a key may hold. */
    private static final Set<String> KNOWN = KeySections.all().stream().flatMap(section -> section.rows().stream())
            .flatMap(row -> Stream.concat(Stream.of(row.name()), Stream.of(row.holds().split("[,;]?\\s+"))))
            .collect(Collectors.toUnmodifiableSet());

    /** Each with one of its words here. */
    static Stream<Map.Entry<String, String>> words() {
        return Suggestion.words().entrySet().stream()
                .flatMap(word -> word.getValue().stream().map(here -> Map.entry(word.getKey(), here)));
    }

    @Test
    void a_word_that_means_two_things_is_answered_by_what_is_known_where_it_stands() {
        assertThat(Suggestion.nearest("agent-check", Set.of("connect", "agent"))).isEqualTo("agent");
        assertThat(Suggestion.nearest("agent-check", Set.of("health-check", "servers"))).isEqualTo("health-check");
    }

    @ParameterizedTest
    @MethodSource("words")
    void a_word_of_another_balancer_is_answered_with_the_word_here(Map.Entry<String, String> word) {
        assertThat(KNOWN).contains(word.getValue());
        Set<String> here = Set.of(word.getValue());
        assertThat(Suggestion.nearest(word.getKey(), here)).isEqualTo(word.getValue());
        assertThat(Suggestion.nearest(word.getKey().replace('-', '_'), here)).isEqualTo(word.getValue());
        assertThat(Suggestion.nearest(word.getKey(), KNOWN)).isIn(Suggestion.words().get(word.getKey()));
    }

    @Test
    void at_least_120_words_of_other_balancers_are_known() {
        assertThat(Suggestion.words()).hasSizeGreaterThanOrEqualTo(120);
    }
}
