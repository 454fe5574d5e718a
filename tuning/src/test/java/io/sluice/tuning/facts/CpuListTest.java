package io.sluice.tuning.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CpuListTest {

    @Test
    void lists_and_masks_name_the_same_cpus() {
        assertThat(CpuList.parse("0-3,8").mask()).isEqualTo("10f");
        assertThat(CpuList.parseMask("00000000,0000010f").toString()).isEqualTo("0-3,8");
        assertThat(CpuList.parse("0,32,64").mask()).isEqualTo("1,00000001,00000001");
        assertThat(CpuList.parse("31").mask()).isEqualTo("80000000");
    }

    @Test
    void nothing_is_an_empty_list() {
        assertThat(CpuList.parse(null).isEmpty()).isTrue();
        assertThat(CpuList.parse("").isEmpty()).isTrue();
        assertThat(CpuList.parseMask("0").isEmpty()).isTrue();
        assertThat(CpuList.NONE.mask()).isEqualTo("0");
    }

    @Test
    void every_set_survives_both_notations() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            CpuList set = CpuList.of(IntStream.generate(() -> random.nextInt(256)).limit(1 + random.nextInt(40)));
            assertThat(CpuList.parse(set.toString())).isEqualTo(set);
            assertThat(CpuList.parseMask(set.mask())).isEqualTo(set);
        }
    }
}
