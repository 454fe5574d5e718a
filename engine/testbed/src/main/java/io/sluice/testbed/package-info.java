/** What tests and the laboratory set up for real: namespaces, servers, clients, child processes, free ports. */
@org.jspecify.annotations.NullMarked
package io.sluice.testbed;
