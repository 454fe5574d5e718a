package io.sluice.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.sluice.engine.routes.Routes;
import io.sluice.engine.worker.Workers;

/** The directions of design.md: who may know whom. */
@AnalyzeClasses(packages = "io.sluice", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule ringbuffers_know_nothing_above_them = noClasses().that()
            .resideInAPackage("io.sluice.ringbuffers..").should().dependOnClassesThat()
            .resideInAnyPackage("io.sluice.conntrack..", "io.sluice.scheduler..", "io.sluice.engine..",
                    "io.sluice.tuning..");

    @ArchTest
    static final ArchRule scheduler_is_pure = noClasses().that().resideInAPackage("io.sluice.scheduler..").should()
            .dependOnClassesThat().resideInAnyPackage("io.sluice.ringbuffers..", "io.sluice.conntrack..",
                    "io.sluice.engine..", "io.sluice.tuning..", "java.util.concurrent..", "java.nio.channels..",
                    "java.time..");

    @ArchTest
    static final ArchRule tuning_knows_only_itself = noClasses().that().resideInAPackage("io.sluice.tuning..").should()
            .dependOnClassesThat().resideInAnyPackage("io.sluice.ringbuffers..", "io.sluice.conntrack..",
                    "io.sluice.engine..", "io.sluice.scheduler..");

    @ArchTest
    static final ArchRule conntrack_knows_ringbuffers_only = noClasses().that()
            .resideInAPackage("io.sluice.conntrack..").should().dependOnClassesThat()
            .resideInAnyPackage("io.sluice.engine..", "io.sluice.scheduler..", "io.sluice.tuning..");

    @ArchTest
    static final ArchRule nobody_knows_the_laboratory = noClasses().that()
            .resideOutsideOfPackages("io.sluice.bench..", "io.sluice.perftests..").should().dependOnClassesThat()
            .resideInAnyPackage("io.sluice.bench..", "io.sluice.perftests..");

    @ArchTest
    static final ArchRule relay_and_udp_do_not_know_each_other = noClasses().that()
            .resideInAPackage("io.sluice.engine.relay..").should().dependOnClassesThat()
            .resideInAnyPackage("io.sluice.engine.udp..", "io.sluice.engine.packet..");

    @ArchTest
    static final ArchRule udp_does_not_know_relay = noClasses().that().resideInAPackage("io.sluice.engine.udp..")
            .should().dependOnClassesThat().resideInAnyPackage("io.sluice.engine.relay..", "io.sluice.engine.packet..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule data_plane_does_not_know_the_control_plane = noClasses().that()
            .resideInAnyPackage("io.sluice.engine.relay..", "io.sluice.engine.udp..", "io.sluice.engine.packet..",
                    "io.sluice.engine.worker..", "io.sluice.engine.routes..", "io.sluice.engine.choice..")
            .should().dependOnClassesThat()
            .resideInAnyPackage("io.sluice.engine.config..", "io.sluice.engine.admin..", "io.sluice.engine.cli..",
                    "io.sluice.engine.health..", "io.sluice.engine.ha..", "io.sluice.engine.cluster..",
                    "io.sluice.engine.conductor..", "io.sluice.engine.observe..");

    @ArchTest
    static final ArchRule foreign_memory_only_in_ringbuffers = noClasses().that()
            .resideOutsideOfPackage("io.sluice.ringbuffers..").should().dependOnClassesThat()
            .resideInAPackage("java.lang.foreign..");

    @ArchTest
    static final ArchRule chronicle_only_in_the_store = noClasses().that()
            .resideOutsideOfPackage("io.sluice.conntrack.store..").should().dependOnClassesThat()
            .resideInAPackage("net.openhft..");

    @ArchTest
    static final ArchRule netty_only_in_worker_and_health = noClasses().that()
            .resideOutsideOfPackages("io.sluice.engine.worker..", "io.sluice.engine.health..").should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule only_the_conductor_publishes_routes = noClasses().that()
            .resideOutsideOfPackages("io.sluice.engine.conductor..", "io.sluice.engine.worker..").and()
            .doNotHaveSimpleName("WorkersDataPlane") // the conductor's own hand
            .should().callMethod(Workers.class, "publish", Routes.class);

    @ArchTest
    static final ArchRule data_plane_never_logs_per_connection = noClasses().that()
            .resideInAnyPackage("io.sluice.engine.relay..", "io.sluice.engine.udp..").should().dependOnClassesThat()
            .resideInAPackage("org.slf4j..");
}
