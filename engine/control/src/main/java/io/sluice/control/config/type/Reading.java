package io.sluice.control.config.type;

import io.sluice.control.config.yaml.Problems;
import io.sluice.control.config.yaml.Source;

/** What every type needs while one file is read. */
public record Reading(Source source, Problems problems) {
}
