package io.sluice.program.daemon;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.worker.Workers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What holds in the whole house: who may know whom (design.md), and what no reader should meet anywhere. */
@AnalyzeClasses(packages = "io.sluice", importOptions = DoNotIncludeTests.class)
class HouseRulesTest {
    /** One thread, the main one, for a whole command. */
    private static final String COMMANDS = "io.sluice.program.cli";

    @ArchTest
    static final ArchRule ringbuffers_know_nothing_above_them = noClasses().that()
            .resideInAPackage("io.sluice.ringbuffers..").should().dependOnClassesThat()
            .resideInAnyPackage("io.sluice.conntrack..", "io.sluice.scheduler..", "io.sluice.dataplane..",
                    "io.sluice.control..", "io.sluice.program..", "io.sluice.tuning..");

    @ArchTest
    static final ArchRule scheduler_is_pure = noClasses().that().resideInAPackage("io.sluice.scheduler..").should()
            .dependOnClassesThat().resideInAnyPackage("io.sluice.ringbuffers.mapped..",
                    "io.sluice.ringbuffers.ring..", "io.sluice.ringbuffers.counters..",
                    "io.sluice.ringbuffers.syscall..", "io.sluice.conntrack..", "io.sluice.dataplane..",
                    "io.sluice.control..", "io.sluice.program..", "io.sluice.tuning..", "java.util.concurrent..",
                    "java.nio.channels..", "java.net..", "java.time..");

    @ArchTest
    static final ArchRule tuning_knows_only_the_floor = noClasses().that().resideInAPackage("io.sluice.tuning..")
            .should().dependOnClassesThat().resideInAnyPackage("io.sluice.conntrack..", "io.sluice.dataplane..",
                    "io.sluice.control..", "io.sluice.program..", "io.sluice.scheduler..");

    @ArchTest
    static final ArchRule conntrack_knows_ringbuffers_only = noClasses().that()
            .resideInAPackage("io.sluice.conntrack..").should().dependOnClassesThat()
            .resideInAnyPackage("io.sluice.dataplane..", "io.sluice.control..", "io.sluice.program..",
                    "io.sluice.scheduler..", "io.sluice.tuning..");

    @ArchTest
    static final ArchRule relay_does_not_know_udp = noClasses().that()
            .resideInAPackage("io.sluice.dataplane.relay..").should().dependOnClassesThat()
            .resideInAnyPackage("io.sluice.dataplane.udp..", "io.sluice.dataplane.packet..");

    @ArchTest
    static final ArchRule udp_does_not_know_relay = noClasses().that().resideInAPackage("io.sluice.dataplane.udp..")
            .should().dependOnClassesThat()
            .resideInAnyPackage("io.sluice.dataplane.relay..", "io.sluice.dataplane.packet..");

    @ArchTest
    static final ArchRule data_plane_does_not_know_the_control_plane = noClasses().that()
            .resideInAPackage("io.sluice.dataplane..").should().dependOnClassesThat()
            .resideInAnyPackage("io.sluice.control..", "io.sluice.program..", "io.sluice.tuning..");

    @ArchTest
    static final ArchRule control_plane_does_not_know_the_program = noClasses().that()
            .resideInAPackage("io.sluice.control..").should().dependOnClassesThat()
            .resideInAnyPackage("io.sluice.program..", "io.sluice.tuning..");

    @ArchTest
    static final ArchRule the_product_does_not_know_the_test_bed = noClasses().that()
            .resideOutsideOfPackage("io.sluice.testbed..").should().dependOnClassesThat()
            .resideInAPackage("io.sluice.testbed..");

    @ArchTest
    static final ArchRule foreign_memory_only_in_ringbuffers = noClasses().that()
            .resideOutsideOfPackages("io.sluice.ringbuffers..", "io.sluice.testbed..").should().dependOnClassesThat()
            .resideInAPackage("java.lang.foreign..");

    @ArchTest
    static final ArchRule chronicle_only_in_the_store = noClasses().that()
            .resideOutsideOfPackage("io.sluice.conntrack.store.chronicle..").should().dependOnClassesThat()
            .resideInAPackage("net.openhft..");

    @ArchTest
    static final ArchRule netty_only_in_worker = noClasses().that()
            .resideOutsideOfPackage("io.sluice.dataplane.worker..").should().dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule only_the_conductor_publishes_routes = noClasses().that()
            .resideOutsideOfPackages("io.sluice.control.conductor..", "io.sluice.dataplane.worker..").and()
            .doNotHaveSimpleName("WorkersDataPlane") // the conductor's own hand
            .should().callMethod(Workers.class, "publish", Routes.class);

    @ArchTest
    static final ArchRule data_plane_never_logs_per_connection = noClasses().that()
            .resideInAnyPackage("io.sluice.dataplane.relay..", "io.sluice.dataplane.udp..").should()
            .dependOnClassesThat().resideInAPackage("org.slf4j..");

    @ArchTest
    static final ArchRule no_package_stands_in_a_circle = slices().matching("io.sluice.(**)").should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule the_world_is_closed = classes().should().resideInAnyPackage("io.sluice.ringbuffers..",
            "io.sluice.scheduler..", "io.sluice.conntrack..", "io.sluice.tuning..", "io.sluice.dataplane..",
            "io.sluice.control..", "io.sluice.program..", "io.sluice.testbed..");

    @ArchTest
    static void who_has_state_says_whose_it_is(JavaClasses classes) {
        List<SourceFile> silent = SourceFile.ofMain().stream()
                .filter(SourceFile::isOfProduct)
                .filter(file -> classes.contain(file.typeName()) && hasState(classes.get(file.typeName())))
                .filter(file -> !file.packageName().equals(COMMANDS) && !file.saysWhoseItIs()).toList();
        assertThat(silent).as("a thread, a worker, or 'immutable', in the first sentences of the class").isEmpty();
    }

    private static boolean hasState(JavaClass type) {
        return type.getFields().stream().map(JavaField::getModifiers)
                .anyMatch(modifiers -> !modifiers.contains(JavaModifier.STATIC)
                        && !modifiers.contains(JavaModifier.FINAL) && !modifiers.contains(JavaModifier.SYNTHETIC));
    }

    @Test
    void no_two_public_types_have_one_name() {
        Map<String, List<SourceFile>> byName = SourceFile.ofAll().stream().filter(SourceFile::isPublic)
                .filter(file -> !file.name().equals("Main"))
                .collect(groupingBy(SourceFile::name, TreeMap::new, toList()));
        byName.values().removeIf(files -> files.size() == 1);
        assertThat(byName).isEmpty();
    }

    @Test
    void no_line_is_wider_than_120_columns_but_for_a_text_in_it() {
        assertThat(SourceFile.ofAll().stream().flatMap(file -> file.wideLines(120))).isEmpty();
    }

    @Test
    void no_message_names_a_java_exception() {
        assertThat(SourceFile.ofMain().stream().filter(SourceFile::isOfProduct).flatMap(SourceFile::namedExceptions))
                .as("say what happened: FileReason words an IOException").isEmpty();
    }

    @Test
    void no_file_is_longer_than_450_lines() {
        assertThat(SourceFile.ofAll().stream().filter(file -> file.lines().size() > 450)).isEmpty();
    }

    /** A name in the code of one that is reached reaches; so a class that only tests know is found. */
    @Test
    void every_production_class_is_reached_by_a_main() {
        List<SourceFile> all = SourceFile.ofMain();
        Set<SourceFile> reached = new HashSet<>();
        Deque<SourceFile> next = new ArrayDeque<>(all.stream().filter(SourceFile::isStart).toList());
        while (!next.isEmpty()) {
            SourceFile file = next.pop();
            if (reached.add(file)) {
                all.stream().filter(other -> !reached.contains(other) && file.names(other)).forEach(next::push);
            }
        }
        assertThat(all.stream().filter(file -> file.isOfProduct() && !reached.contains(file))).isEmpty();
    }
}
