/**
 * What the conductor publishes and the data plane works by: immutable, complete, versioned. Built from configuration,
 * health and admin states; holds no configuration classes, so that the data plane knows none. And
 * which real server a client gets by it, within which limits: shared by relay and UDP, called on worker threads.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.dataplane.service;
