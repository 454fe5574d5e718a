package io.sluice.program.daemon;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.worker.Workers;

/** The directions of design.md: who may know whom. */
@AnalyzeClasses(packages = "io.sluice", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
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
}
