package io.sluice.program.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;

/** Where the daemon's own lines leave Logback: the thread that logs makes the line and does not wait for its reader. */
public final class LineAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private final Encoder<ILoggingEvent> encoder;
    private final LogWriter writer;

    public LineAppender(Encoder<ILoggingEvent> encoder, LogWriter writer) {
        this.encoder = encoder;
        this.writer = writer;
    }

    @Override
    protected void append(ILoggingEvent event) {
        writer.offer(encoder.encode(event), 1);
    }
}
