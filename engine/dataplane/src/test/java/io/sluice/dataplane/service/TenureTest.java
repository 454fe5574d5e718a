package io.sluice.dataplane.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The table of {@link Tenure}, arrow by arrow. */
class TenureTest {
    private static final Tenure HANDED_OVER = new Tenure.HandedOver(false);
    private static final Tenure HANDED_OVER_AND_STOPS = new Tenure.HandedOver(true);
    private static final List<Tenure> ALL = List.of(Tenure.WAITING, Tenure.ACTIVE, HANDED_OVER, HANDED_OVER_AND_STOPS,
            Tenure.PASSIVE, Tenure.STOPPING);
    private static final Map<String, UnaryOperator<Tenure>> ARROWS = Map.of("listen", Tenure::listen, "handOver",
            Tenure::handOver, "takeBack", Tenure::takeBack, "giveWay", Tenure::giveWay, "stop", Tenure::stop);

    private record Arrow(Tenure from, String name, Tenure to) {
    }

    private static final List<Arrow> TABLE = List.of(new Arrow(Tenure.WAITING, "listen", Tenure.ACTIVE),
            new Arrow(Tenure.WAITING, "stop", Tenure.STOPPING), new Arrow(Tenure.ACTIVE, "handOver", HANDED_OVER),
            new Arrow(Tenure.ACTIVE, "giveWay", Tenure.PASSIVE), new Arrow(Tenure.ACTIVE, "stop", Tenure.STOPPING),
            new Arrow(HANDED_OVER, "takeBack", Tenure.ACTIVE), new Arrow(HANDED_OVER, "stop", HANDED_OVER_AND_STOPS),
            new Arrow(HANDED_OVER_AND_STOPS, "takeBack", Tenure.STOPPING),
            new Arrow(HANDED_OVER_AND_STOPS, "stop", HANDED_OVER_AND_STOPS),
            new Arrow(Tenure.PASSIVE, "listen", Tenure.ACTIVE), new Arrow(Tenure.PASSIVE, "stop", Tenure.STOPPING),
            new Arrow(Tenure.STOPPING, "handOver", HANDED_OVER_AND_STOPS),
            new Arrow(Tenure.STOPPING, "stop", Tenure.STOPPING));

    @TestFactory
    List<DynamicTest> every_arrow_leads_where_the_table_says_and_there_are_no_others() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Tenure from : ALL) {
            ARROWS.forEach((name, arrow) -> tests.add(DynamicTest.dynamicTest(from + " " + name, () -> TABLE.stream()
                    .filter(one -> one.from().equals(from) && one.name().equals(name)).findFirst()
                    .ifPresentOrElse(one -> assertThat(arrow.apply(from)).isEqualTo(one.to()),
                            () -> assertThatThrownBy(() -> arrow.apply(from))
                                    .isInstanceOf(IllegalStateException.class)))));
        }
        return tests;
    }

    @Test
    void the_state_directory_belongs_to_another_process_before_it_is_taken_over_and_after_it_is_handed_over() {
        assertThat(ALL.stream().filter(tenure -> !tenure.ownsState())).containsExactly(Tenure.WAITING, HANDED_OVER,
                HANDED_OVER_AND_STOPS);
    }
}
