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

    static Stream<Map.Entry<String, String>> words() {
        return Suggestion.words().entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("words")
    void a_word_of_another_balancer_is_answered_with_the_word_here(Map.Entry<String, String> word) {
        assertThat(KNOWN).contains(word.getValue());
        assertThat(Suggestion.nearest(word.getKey(), KNOWN)).isEqualTo(word.getValue());
        assertThat(Suggestion.nearest(word.getKey().replace('-', '_'), KNOWN)).isEqualTo(word.getValue());
    }

    @Test
    void at_least_120_words_of_other_balancers_are_known() {
        assertThat(Suggestion.words()).hasSizeGreaterThanOrEqualTo(120);
    }
}
