/**
 * The admin API and the web UI over HTTPS: who may do what, and the resources. Control plane, on virtual threads; every
 * change goes through {@link io.sluice.control.api.Control}, everything that is shown is read from the mapped files.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.program.admin.http;
