@org.jspecify.annotations.NullMarked
package io.sluice.control.api;
