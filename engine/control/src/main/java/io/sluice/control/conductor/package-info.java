/**
 * The one writer: configuration, health results and admin commands go in, Routes come out. Control plane only; the data
 * plane never sees this package.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.control.conductor;
