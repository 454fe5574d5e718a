package io.sluice.perftests.load;

/** What a driver counts. The failures come last, one name per way an operation can fail. */
public enum Count {
    OPERATIONS("operations", false),
    BYTES_SENT("bytes-sent", false),
    BYTES_RECEIVED("bytes-received", false),
    CONNECTED("connections-opened", false),
    /**
     * arrivals the generator itself noticed too late; counted after and read before all arrivals, so never more of them
     */
    LATE("late", false),
    /** operations of an open loop that fell due */
    ARRIVALS("arrivals", false),
    /** arrivals that found every connection busy and had to wait for one */
    QUEUED("queued", false),
    /** arrivals thrown away because millions already waited for a connection */
    UNSERVED("unserved", false),
    /** datagrams thrown away because the socket's buffer was full */
    DROPPED("dropped", false),

    REFUSED("refused", true),
    RESET("reset", true),
    UNREACHABLE("unreachable", true),
    TIMED_OUT("timed-out", true),
    /** the stream ended before the response was whole */
    CLOSED_EARLY("closed-early", true),
    /** the payload differs from what was sent (--verify) */
    MISMATCH("mismatch", true),
    /** a whole response that said no: status 400 to 499 to an HTTP --request */
    HTTP_4XX("http-4xx", true),
    /** status 500 to 599 */
    HTTP_5XX("http-5xx", true),
    /** this host had no descriptor, port or memory left */
    NO_RESOURCES("no-resources", true);

    public final String word;
    public final boolean failure;

    Count(String word, boolean failure) {
        this.word = word;
        this.failure = failure;
    }
}
