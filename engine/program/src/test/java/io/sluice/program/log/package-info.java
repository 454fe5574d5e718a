@org.jspecify.annotations.NullMarked
package io.sluice.program.log;
