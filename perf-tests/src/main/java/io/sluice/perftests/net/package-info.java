/** Sockets and epoll as load generator and target servers use them: one reactor per thread, no allocation per event. */
@org.jspecify.annotations.NullMarked
package io.sluice.perftests.net;
