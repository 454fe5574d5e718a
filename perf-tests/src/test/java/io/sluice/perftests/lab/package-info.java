@org.jspecify.annotations.NullMarked
package io.sluice.perftests.lab;
