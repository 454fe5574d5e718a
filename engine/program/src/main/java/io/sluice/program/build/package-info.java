/** Which build this is, and how its programs end. */
@org.jspecify.annotations.NullMarked
package io.sluice.program.build;
