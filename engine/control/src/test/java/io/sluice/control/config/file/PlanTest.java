package io.sluice.control.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.config.model.Configuration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final String BEFORE = """
            services:
              web:
                listen: 10.0.0.1:80
                affinity: { by: source-ip, timeout: 6m }
                servers:
                  a: 10.0.1.1:80
                  b: 10.0.1.2:80
              old:
                listen: 10.0.0.9:[80,443]
                servers: { a: 10.0.1.1:81 }
                timeouts: { drain: 10m }
            """;

    @Test
    void an_unchanged_configuration_changes_nothing() {
        Plan plan = plan(BEFORE, BEFORE + "# a comment\nworkers: auto\n");
        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.lines()).isEmpty();
        assertThat(plan.summary()).isEqualTo("no change");
    }

    @Test
    void every_change_is_one_line_and_says_what_follows() {
        assertThat(text(plan(BEFORE, """
                services:
                  web:
                    listen: [ 10.0.0.1:80-81, "[fd00::1]:80" ]
                    scheduler: maglev
                    affinity: { by: source-ip, timeout: 6h }
                    fallback: 10.0.1.9:80
                    servers:
                      a: { address: 10.0.1.1:8080, weight: 50 }
                      c: { address: 10.0.1.3:80, backup: true }
                  dns: { listen: 10.0.0.1:53, protocol: udp, servers: { a: 10.0.1.1:53, b: 10.0.1.2:53 } }
                log: debug
                workers: 4
                admin: off
                """))).isEqualTo("""
                ~ service web
                  ~ listen: 10.0.0.1:80 -> [10.0.0.1:80-81, "[fd00::1]:80"]
                  ~ scheduler: weighted-least-connections -> maglev
                  ~ affinity.timeout: 6m -> 6h
                  ~ server a; the former address drains for up to 1h
                    ~ address: 10.0.1.1:80 -> 10.0.1.1:8080
                    ~ weight: 100 -> 50
                  + server c: { address: 10.0.1.3:80, backup: true }
                  - server b: 10.0.1.2:80; drains for up to 1h
                  + fallback: 10.0.1.9:80
                + service dns: udp 10.0.0.1:53, snat, 2 servers
                - service old: tcp 10.0.0.9:[80,443], proxy, 1 server; established connections drain for up to 10m
                ~ workers.count: auto -> 4; needs a restart
                ~ admin: {} -> off; needs a restart
                ~ log.level: info -> debug
                + listens on tcp 10.0.0.1:81
                + listens on tcp [fd00::1]:80
                + listens on udp 10.0.0.1:53
                - listens on tcp 10.0.0.9:[80,443]
                """);
    }

    @Test
    void the_summary_counts_and_names_what_waits_for_a_restart() {
        assertThat(plan(BEFORE, BEFORE.replace("b: 10.0.1.2:80", "c: 10.0.1.3:80")
                + "transport: epoll\ntables: { affinity: 5 }\nstate-directory: /tmp/x\n").summary())
                .isEqualTo("1 service changed, 1 server added, 1 server removed, 3 settings changed; "
                        + "needs a restart for: transport, tables, state-directory");
    }

    @Test
    void every_change_makes_sense_on_a_line_by_itself_for_the_log() {
        assertThat(plan(BEFORE, BEFORE.replace("b: 10.0.1.2:80", "c: 10.0.1.3:80").replace("6m", "6h")
                .replace("a: 10.0.1.1:80", "a: { address: 10.0.1.1:80, weight: 1 }").replace("  old:", "  new:")
                + "workers: 2\n").remarks()).containsExactly("service web: affinity.timeout: 6m -> 6h",
                        "server web/a: weight: 100 -> 1", "server web/c added: 10.0.1.3:80",
                        "server web/b removed: 10.0.1.2:80; drains for up to 1h",
                        "service new added: tcp 10.0.0.9:[80,443], proxy, 1 server; takes over the address of old",
                        "service old removed: tcp 10.0.0.9:[80,443], proxy, 1 server; goes on as new, with the connections to"
                                + " servers that stay",
                        "workers.count: auto -> 2; needs a restart");
    }

    @Test
    void a_renamed_service_keeps_its_sockets() {
        Plan plan = plan(BEFORE, BEFORE.replace("  web:", "  shop:"));
        assertThat(text(plan)).isEqualTo(
                """
                        + service shop: tcp 10.0.0.1:80, proxy, 2 servers; takes over the address of web
                        - service web: tcp 10.0.0.1:80, proxy, 2 servers; goes on as shop, with the connections to servers that stay
                        """);
        assertThat(plan.opens()).isEmpty();
        assertThat(plan.closes()).isEmpty();
    }

    @Test
    void another_order_of_servers_is_a_change() {
        assertThat(text(plan(BEFORE, BEFORE.replace("      a: 10.0.1.1:80\n      b: 10.0.1.2:80\n",
                "      b: 10.0.1.2:80\n      a: 10.0.1.1:80\n")))).isEqualTo("""
                        ~ service web
                          ~ order of servers: a, b -> b, a
                        """);
    }

    @Test
    void a_health_check_of_another_type_is_told_key_by_key() {
        assertThat(text(plan(BEFORE.replace("    listen: 10.0.0.1:80\n",
                "    listen: 10.0.0.1:80\n    health-check: { type: http, path: /up }\n"), BEFORE)))
                .isEqualTo("""
                        ~ service web
                          ~ health-check.type: http -> connect
                          - health-check.path: /up
                          - health-check.expect-status: 200-399
                        """);
    }

    @Test
    void packets_need_no_socket() {
        Plan plan = plan(BEFORE, BEFORE.replace("    affinity:", "    mode: nat\n    interface: eth0\n    affinity:"));
        assertThat(plan.opens()).isEmpty();
        assertThat(plan.closes()).containsExactly("tcp 10.0.0.1:80");
    }

    @Test
    void a_start_from_nothing_brings_up_every_service() {
        Plan plan = Plan.fromNothing(configuration(BEFORE + "workers: 3\n"));
        assertThat(plan.summary()).isEqualTo("2 services added");
        assertThat(plan.opens()).containsExactly("tcp 10.0.0.1:80", "tcp 10.0.0.9:[80,443]");
    }

    @Test
    void programs_get_the_same_as_people() {
        Map<String, Object> json = plan(BEFORE, BEFORE.replace("10.0.1.2:80", "10.0.1.2:8080") + "workers: 2\n").json();
        assertThat(json).containsEntry("needs-restart", List.of("workers")).containsEntry("opens", List.of())
                .containsEntry("summary",
                        "1 service changed, 1 server changed, 1 setting changed; needs a restart for: workers");
        assertThat(json.get("changes")).asInstanceOf(InstanceOfAssertFactories.LIST).first()
                .isEqualTo(Map.of("change", "changed", "what", "service", "name", "web", "live", true, "parts",
                        List.of(Map.of("change", "changed", "what", "server", "name", "b", "live", true, "effect",
                                "the former address drains for up to 1h", "parts",
                                List.of(Map.of("change", "changed", "what",
                                        "address", "before", "10.0.1.2:80", "after", "10.0.1.2:8080", "live",
                                        true))))));
    }

    private static Plan plan(String before, String after) {
        return Plan.between(configuration(before), configuration(after));
    }

    private static String text(Plan plan) {
        var text = new StringBuilder();
        plan.lines().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private static Configuration configuration(String yaml) {
        var result = ConfigurationFile.parse(yaml, "/tmp/sluice.yaml");
        assertThat(result.problems()).isEmpty();
        return ((ConfigurationFile.Valid) result).configuration();
    }
}
