package io.sluice.control.conductor;

import io.sluice.control.api.Event;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last events; each is logged once, here. The conductor adds, any thread reads. */
final class EventLog {
    static final int KEPT = 1000;
    private static final Logger LOG = LoggerFactory.getLogger("io.sluice.events");

    private final Deque<Event> events = new ArrayDeque<>(KEPT);
    private long last;

    /** Something that is as it should be. */
    void info(Event.Kind kind, String subject, String text) {
        LOG.info("{}", line(subject, text));
        add(kind, subject, text, Instant.now());
    }

    /** Something that someone should look at. */
    void warn(Event.Kind kind, String subject, String text) {
        LOG.warn("{}", line(subject, text));
        add(kind, subject, text, Instant.now());
    }

    /** Those younger than that sequence, oldest first. */
    synchronized List<Event> after(long sequence) {
        return events.stream().filter(event -> event.sequence() > sequence).toList();
    }

    private synchronized void add(Event.Kind kind, String subject, String text, Instant at) {
        if (events.size() == KEPT) {
            events.removeFirst();
        }
        events.addLast(new Event(++last, at, kind, subject, text));
    }

    private static String line(String subject, String text) {
        return subject.isEmpty() ? text : subject + ": " + text;
    }
}
