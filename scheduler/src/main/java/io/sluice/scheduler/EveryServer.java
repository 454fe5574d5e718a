package io.sluice.scheduler;

/** A load under which every server is idle and accepts. */
enum EveryServer implements Load {
    IDLE;

    @Override
    public int connections(int index) {
        return 0;
    }

    @Override
    public boolean accepts(int index) {
        return true;
    }
}
