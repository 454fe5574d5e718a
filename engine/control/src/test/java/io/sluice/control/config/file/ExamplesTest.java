package io.sluice.control.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.conntrack.Mode;
import io.sluice.control.config.model.Cluster;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.yaml.Formatter;
import io.sluice.control.config.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files and snippets that users copy are valid and laid out as {@code sluice fmt} would. */
class ExamplesTest {
    static List<Path> examples() throws IOException {
        return ConfigurationSamples.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void an_example_is_valid(Path file) {
        var result = ConfigurationFile.read(file);
        assertThat(result.problems()).allMatch(problem -> problem.message().contains("others can read"));
        assertThat(result).isInstanceOf(ConfigurationFile.Valid.class);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void an_example_is_laid_out_canonically(Path file) throws IOException {
        String text = Files.readString(file);
        assertThat(Formatter.format(text, new Problems(file.toString()))).isEqualTo(text);
    }

    @Test
    void the_minimal_example_has_ten_lines() throws IOException {
        assertThat(Files.readAllLines(Path.of("examples/minimal.yaml"))).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void the_guides_settings_are_in_their_examples() {
        ServiceConfiguration psm = service("cyberark-psm.yaml", "CyberArk-PSM");
        assertThat(psm.identity()).isEqualTo("tcp 192.168.94.100:3389");
        assertThat(psm.healthCheck()).isInstanceOfSatisfying(HealthCheck.Http.class, check -> {
            assertThat(check.port()).isEqualTo(443);
            assertThat(check.request().path()).isEqualTo("/psm/api/health");
            assertThat(check.expect()).isEqualTo("PASS");
        });
        ServiceConfiguration udp = service("parallels-ras.yaml", "RAS-SG-UDP");
        assertThat(udp.affinity().timeout()).isEqualTo(Duration.ofHours(6));
        assertThat(service("parallels-ras.yaml", "RAS-SG-HTTPS").affinity()).isEqualTo(udp.affinity());
        assertThat(udp.mode()).isEqualTo(Mode.SNAT);
        assertThat(udp.healthCheck()).isInstanceOf(HealthCheck.Ping.class);
        assertThat(cluster("proget.yaml").portRules()).singleElement()
                .returns(PortSet.of(80), Cluster.PortRule::ports)
                .returns(Cluster.RuleAffinity.NONE, Cluster.PortRule::affinity);
        assertThat(cluster("netwrix.yaml").portRules()).containsExactly(Cluster.PortRule.STANDARD);
        assertThat(cluster("pptp.yaml").portRules()).singleElement()
                .returns(Cluster.RuleProtocol.PPTP, Cluster.PortRule::protocol)
                .returns(Cluster.RuleAffinity.SINGLE, Cluster.PortRule::affinity);
    }

    @Test
    void every_configuration_in_the_documentation_is_valid() throws IOException {
        try (Stream<Path> pages = Files.walk(Path.of("docs"))) {
            for (Path page : pages.filter(file -> file.toString().endsWith(".md")).toList()) {
                Matcher block = Pattern.compile("(?ms)^```yaml\n(.*?)^```").matcher(Files.readString(page));
                while (block.find()) {
                    String yaml = block.group(1);
                    boolean whole = yaml.matches("(?s)(#[^\n]*\n)*(services|cluster):.*");
                    if (whole && !yaml.contains("...")) {
                        var result = ConfigurationFile.parse(yaml,
                                page.toAbsolutePath().resolveSibling("sluice.yaml").toString());
                        assertThat(result.problems()).as(page + "\n" + yaml).noneMatch(
                                problem -> problem.isError() && !problem.message().contains("does not exist"));
                    }
                }
            }
        }
    }

    private static Configuration example(String name) {
        return ((ConfigurationFile.Valid) ConfigurationFile.read(Path.of("examples", name))).configuration();
    }

    private static ServiceConfiguration service(String example, String name) {
        return example(example).service(name).orElseThrow();
    }

    private static Cluster cluster(String example) {
        Cluster cluster = example(example).cluster();
        assertThat(cluster).isNotNull();
        return cluster;
    }
}
