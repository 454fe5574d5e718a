package io.sluice.program.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.sluice.control.config.model.Log;
import io.sluice.program.log.JsonLines;
import io.sluice.program.log.LineAppender;
import io.sluice.program.log.LogWriter;
import org.slf4j.LoggerFactory;

/**
 * What is logged, and how: lines on stderr. Logback finds this class as its configurator (ServiceLoader), which spares
 * it reading XML; commands log warnings and write them themselves, the daemon then says what it wants and waits for no
 * reader. Control plane threads.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    /** journald and the like stamp the time too, but a file does not. */
    private static final String TEXT = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %msg%n%ex{full}";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        EncoderBase<ILoggingEvent> encoder = started(context, text());
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setTarget("System.err");
        console.setEncoder(encoder);
        install(context, console, Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Puts the configuration's wishes in force. */
    public static void apply(Log log) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        EncoderBase<ILoggingEvent> encoder = started(context, switch (log.format()) {
            case TEXT -> text();
            case JSON -> new JsonLines();
        });
        install(context, new LineAppender(encoder, LogWriter.standardError()), level(log.level()));
    }

    private static Level level(Log.Level level) {
        return switch (level) {
            case ERROR -> Level.ERROR;
            case WARN -> Level.WARN;
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
            case TRACE -> Level.TRACE;
        };
    }

    private static EncoderBase<ILoggingEvent> started(LoggerContext context, EncoderBase<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    private static void install(LoggerContext context, Appender<ILoggingEvent> appender, Level level) {
        appender.setContext(context);
        appender.start();
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
        root.setLevel(level);
        // the libraries' own remarks are for their developers
        context.getLogger("io.netty").setLevel(Level.ERROR);
        context.getLogger("net.openhft").setLevel(Level.ERROR);
    }

    private static EncoderBase<ILoggingEvent> text() {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setPattern(TEXT);
        return encoder;
    }
}
