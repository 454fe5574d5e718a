/**
 * What the conductor publishes and the data plane works by: immutable, complete, versioned. Built from configuration,
 * health and admin states; holds no configuration classes, so that the data plane knows none.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.engine.routes;
