/** What may be asked and told of the control plane, and what it answers: shared by every way to it from outside. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.api;
