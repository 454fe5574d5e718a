/**
 * What the conductor publishes and the data plane works by: immutable, complete, versioned; built from configuration,
 * health and admin states, without their classes. And the core that works by it under relay and UDP: services and
 * clients, selection and counters, on the thread of the worker they belong to.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.dataplane.service;
