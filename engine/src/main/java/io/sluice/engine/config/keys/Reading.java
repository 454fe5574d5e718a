package io.sluice.engine.config.keys;

import io.sluice.engine.config.yaml.Problems;
import io.sluice.engine.config.yaml.Source;

/** What every type needs while one file is read. */
public record Reading(Source source, Problems problems) {
}
