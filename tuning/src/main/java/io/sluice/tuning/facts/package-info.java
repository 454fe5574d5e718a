/** What a host is like: read once from /proc, /sys and a few commands, immutable afterwards. */
@org.jspecify.annotations.NullMarked
package io.sluice.tuning.facts;
