/** The durable copy in a Chronicle Map. Nothing else of Sluice knows Chronicle. */
@org.jspecify.annotations.NullMarked
package io.sluice.conntrack.store.chronicle;
