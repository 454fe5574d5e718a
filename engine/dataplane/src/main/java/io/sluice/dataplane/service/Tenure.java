package io.sluice.dataplane.service;

/**
 * Who listens: this process, or why it does not. One owner, the conductor, goes along the arrows below; everybody else
 * reads it in the {@link Routes}. Immutable.
 *
 * <pre>
 * from         listen    handOver     takeBack               giveWay   stop
 * Waiting      Active                                                  Stopping
 * Active                 HandedOver                          Passive   Stopping
 * HandedOver                          Active (or Stopping)             HandedOver, which drains already
 * Passive      Active                                                  Stopping
 * Stopping               HandedOver                                    Stopping
 * </pre>
 *
 * A HandedOver that was told to stop meanwhile is taken back as Stopping. An arrow that is not there is a bug:
 * {@link IllegalStateException}.
 */
public sealed interface Tenure {
    Tenure WAITING = new Waiting();
    Tenure ACTIVE = new Active();
    Tenure PASSIVE = new Passive();
    Tenure STOPPING = new Stopping();

    /** The process before this one listens; this one is prepared. The state directory is the other's. */
    record Waiting() implements Tenure {
        @Override
        public Tenure listen() {
            return ACTIVE;
        }

        @Override
        public boolean ownsState() {
            return false;
        }
    }

    /** This process listens. */
    record Active() implements Tenure {
        @Override
        public Tenure handOver() {
            return new HandedOver(false);
        }

        @Override
        public Tenure giveWay() {
            return PASSIVE;
        }
    }

    /**
     * The process after this one listens; here connections and sessions end as they will. The state directory is the
     * other's.
     *
     * @param stops whether this process was told to stop, so that it does not listen again when the other one fails
     */
    record HandedOver(boolean stops) implements Tenure {
        @Override
        public Tenure takeBack() {
            return stops ? STOPPING : ACTIVE;
        }

        @Override
        public Tenure stop() {
            return new HandedOver(true);
        }

        @Override
        public boolean ownsState() {
            return false;
        }
    }

    /** The other node of the pair listens. */
    record Passive() implements Tenure {
        @Override
        public Tenure listen() {
            return ACTIVE;
        }
    }

    /** Nobody listens: the daemon ends. */
    record Stopping() implements Tenure {
        @Override
        public Tenure handOver() {
            return new HandedOver(true);
        }
    }

    /** The process before this one, or the other node, listens no more: this one does. */
    default Tenure listen() {
        throw none("listen");
    }

    /** The process after this one is prepared: that one listens. */
    default Tenure handOver() {
        throw none("hand over");
    }

    /** The process after this one has failed. */
    default Tenure takeBack() {
        throw none("take back");
    }

    /** The other node of the pair listens. */
    default Tenure giveWay() {
        throw none("give way");
    }

    /** The daemon ends. */
    default Tenure stop() {
        return STOPPING;
    }

    /** Whether the state directory is this process's to write. */
    default boolean ownsState() {
        return true;
    }

    private IllegalStateException none(String arrow) {
        return new IllegalStateException(this + " cannot " + arrow);
    }
}
