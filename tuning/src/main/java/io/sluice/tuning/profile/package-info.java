/** Sets of host settings for one aim, with dry run, apply and undo. */
@org.jspecify.annotations.NullMarked
package io.sluice.tuning.profile;
