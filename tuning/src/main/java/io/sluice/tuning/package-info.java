/** The host: facts, findings, profiles, doctor. */
@org.jspecify.annotations.NullMarked
package io.sluice.tuning;
