/** The file as YAML: nodes with their places, and what is wrong with them. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.config.yaml;
