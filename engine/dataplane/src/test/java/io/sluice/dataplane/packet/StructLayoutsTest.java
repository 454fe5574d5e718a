package io.sluice.dataplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.conntrack.Mode;
import io.sluice.ringbuffers.bpf.BpfObject;
import io.sluice.ringbuffers.bpf.Btf;
import io.sluice.ringbuffers.bpf.MapDefinition;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Java and the program mean the same bytes: every structure that both have, by the object's own description. */
class StructLayoutsTest {
    @ParameterizedTest
    @EnumSource(Hook.class)
    void structures_have_the_same_members_at_the_same_places(Hook hook) throws Exception {
        Btf types = hook.object().btf();
        for (CStruct struct : List.of(ServiceKeyStruct.STRUCT, ServiceStruct.STRUCT, TimeoutsStruct.STRUCT,
                ServerStruct.STRUCT, FlowKeyStruct.STRUCT, FlowStruct.STRUCT,
                SettingsStruct.STRUCT)) {
            assertThat(types.struct(struct.name())).as(struct.name()).hasValue(struct.layout());
        }
    }

    @ParameterizedTest
    @EnumSource(Hook.class)
    void maps_take_these_structures(Hook hook) throws Exception {
        BpfObject object = hook.object();
        assertThat(map(object, "services").keyBytes()).isEqualTo(ServiceKeyStruct.STRUCT.layout().lengthBytes());
        assertThat(map(object, "services").valueBytes()).isEqualTo(ServiceStruct.STRUCT.layout().lengthBytes());
        assertThat(map(object, "timeouts").valueBytes()).isEqualTo(TimeoutsStruct.STRUCT.layout().lengthBytes());
        assertThat(map(object, "servers").valueBytes()).isEqualTo(ServerStruct.STRUCT.layout().lengthBytes());
        assertThat(map(object, "tables").innerDefinition().valueBytes())
                .isEqualTo(TableStruct.STRUCT.layout().lengthBytes());
        for (String flows : List.of("flows", "opening")) {
            assertThat(map(object, flows).keyBytes()).isEqualTo(FlowKeyStruct.STRUCT.layout().lengthBytes());
            assertThat(map(object, flows).valueBytes()).isEqualTo(FlowStruct.STRUCT.layout().lengthBytes());
        }
        assertThat(map(object, "verdicts").entries()).isEqualTo(PacketVerdict.values().length);
    }

    @ParameterizedTest
    @EnumSource(Hook.class)
    void words_have_the_same_numbers(Hook hook) throws Exception {
        Btf types = hook.object().btf();
        assertThat(types.values("verdict").keySet()).containsExactlyElementsOf(Stream.concat(Arrays
                .stream(PacketVerdict.values())
                .map(verdict -> "VERDICT_" + verdict.name()), Stream.of("VERDICTS")).toList());
        assertThat(types.values("state").keySet()).containsExactlyElementsOf(Arrays.stream(FlowStruct.State.values())
                .map(state -> "STATE_" + state.name()).toList());
        assertThat(types.values("choice")).isEqualTo(Arrays.stream(PacketService.Choice.values())
                .collect(Collectors.toMap(choice -> "CHOICE_" + choice.name(), choice -> (int) choice.number)));
        assertThat(types.values("mode")).isEqualTo(Arrays.stream(Mode.values()).filter(mode -> mode != Mode.PROXY)
                .collect(Collectors.toMap(mode -> "MODE_" + mode.name(), mode -> (int) ServiceStruct.number(mode))));
    }

    private static MapDefinition map(BpfObject object, String name) {
        return Objects.requireNonNull(object.maps().get(name), name);
    }
}
