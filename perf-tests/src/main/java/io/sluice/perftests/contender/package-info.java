/**
 * Everything that can stand between client and server: Sluice, its peers, the kernel, nothing at all; and where it
 * stands.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.perftests.contender;
