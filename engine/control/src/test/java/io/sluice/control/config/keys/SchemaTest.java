package io.sluice.control.config.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.file.ConfigurationSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The JSON Schema of the file: kept in step with the keys, accepts what {@link ConfigurationFile} accepts. */
class SchemaTest {
    private static final Path FILE = Path.of("control/src/main/resources/sluice.schema.json");
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final com.networknt.schema.Schema SCHEMA = SchemaRegistry
            .withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(JSON.writeValueAsString(Schema.whole()));

    @Test
    void the_schema_in_the_jar_is_made_from_the_keys() throws IOException {
        String wanted = JSON.writeValueAsString(Schema.whole()) + "\n";
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(FILE, wanted);
        }
        assertThat(Files.readString(FILE)).as("run the test with -Ddocs.write=true, then read the diff")
                .isEqualTo(wanted);
    }

    @Test
    void every_example_follows_the_schema() throws IOException {
        assertThat(ConfigurationSamples.examples()).isNotEmpty().allSatisfy(
                example -> assertThat(validate(Files.readString(example))).as(example.toString()).isEmpty());
    }

    @Tag("peer")
    @Test
    void generated_configurations_follow_the_schema(@TempDir Path directory) throws IOException {
        for (String yaml : ConfigurationSamples.generated(directory, 60)) {
            assertThat(validate(yaml)).as(yaml).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"workers: 0", "service: {}", "transport: io-uring",
        "services: { a: { listen: '10.0.0.1:80' } }",
        "services: { a: { listen: '10.0.0.1:80', servers: { b: { weight: 1 } } } }",
        "services: { a: { listen: '10.0.0.1:80', servers: { b: { address: '10.0.0.1', weight: 70000 } } } }",
        "services: { a: { listen: '10.0.0.1:80', servers: {}, slow-start: 30 } }",
        "services: { a: { listen: '10.0.0.1:80', servers: {}, transparent: yes } }",
        "services: { a: { listen: '10.0.0.1:80', servers: {}, affinity: { by: cookie } } }",
        "services: { a: { listen: [], servers: {} } }", "services: { 'a/b': { listen: '10.0.0.1:80', servers: {} } }",
        "relay: { pipe: 1MB }", "cluster: {}", "log: { level: verbose }"})
    void an_editor_sees_the_same_mistakes_as_the_daemon(String yaml) {
        assertThat(ConfigurationFile.parse(yaml, "sluice.yaml")).isInstanceOf(ConfigurationFile.Invalid.class);
        assertThat(validate(yaml)).isNotEmpty();
    }

    private static List<Error> validate(String yaml) {
        var settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
        JsonNode tree = JSON.valueToTree(new Load(settings).loadFromString(yaml));
        return SCHEMA.validate(tree);
    }
}
