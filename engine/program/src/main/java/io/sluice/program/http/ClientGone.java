package io.sluice.program.http;

import java.io.IOException;

/** The connection ended, or was ended, before the request or its answer did. Nobody is left to be answered. */
public final class ClientGone extends IOException {
    private static final long serialVersionUID = 1;

    ClientGone(String message) {
        super(message);
    }

    ClientGone(IOException why) {
        super(why.toString(), why);
    }
}
