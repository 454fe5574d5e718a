package io.sluice.tuning.profile;

/**
 * What became of one setting. Immutable.
 *
 * @param before the value found
 * @param after the value read back, equal to before when nothing was changed
 * @param detail why it failed or was left alone; empty when done
 */
public record ProfileOutcome(String target, Result result, String before, String after, String detail) {

    /** The four ways it can end. */
    public enum Result {
        DONE("done"),
        /** The kernel accepted the value and took another one, or none. */
        DIFFERS("differs"),
        /** Somebody else has changed the setting since; it stays as it is. */
        LEFT("left alone"), FAILED("failed");

        private final String word;

        Result(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
