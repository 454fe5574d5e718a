package io.sluice.ringbuffers.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignalActionsTest {
    /** Neither the JVM nor anyone else uses it; its default is to be discarded. */
    private static final int SIGWINCH = 28;

    @Test
    void a_signal_is_ignored_until_it_has_its_default_again() {
        assertThat(SignalActions.setDefault(SIGWINCH)).isZero();
        assertThat(SignalActions.isIgnored(SIGWINCH)).isFalse();
        assertThat(SignalActions.ignore(SIGWINCH)).isZero();
        assertThat(SignalActions.isIgnored(SIGWINCH)).isTrue();
        assertThat(SignalActions.setDefault(SIGWINCH)).isZero();
        assertThat(SignalActions.isIgnored(SIGWINCH)).isFalse();
    }

    @Test
    void what_cannot_be_set_is_answered_by_its_errno() {
        assertThat(SignalActions.setDefault(Processes.SIGKILL)).isEqualTo(-Errno.EINVAL);
        assertThat(SignalActions.isIgnored(1_000)).isFalse();
    }
}
