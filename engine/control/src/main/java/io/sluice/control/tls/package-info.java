/** Certificates, keys and whom to trust, out of PEM files: for the services, the health checks and the admin API. */
@org.jspecify.annotations.NullMarked
package io.sluice.control.tls;
