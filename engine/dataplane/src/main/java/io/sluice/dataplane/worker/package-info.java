/**
 * The data-plane threads: one Netty event loop per worker, epoll or io_uring, and readiness of descriptors on it. The
 * only package that knows Netty; the relay and UDP build on what is here.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.dataplane.worker;
