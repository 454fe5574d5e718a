/** Tests of the file as YAML. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.config.yaml;
