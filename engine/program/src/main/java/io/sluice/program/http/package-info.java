/**
 * HTTP/1.1 for the ports beside the data plane: few requests, any number of strangers. Every connection is bounded in
 * time, all of them in number, and who has proven who he is does not give way to who has not.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.program.http;
