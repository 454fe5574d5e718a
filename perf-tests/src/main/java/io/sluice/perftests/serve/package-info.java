/** Target servers for load to run against: sink, source, echo, request-response, connect-request-close, UDP. */
@org.jspecify.annotations.NullMarked
package io.sluice.perftests.serve;
