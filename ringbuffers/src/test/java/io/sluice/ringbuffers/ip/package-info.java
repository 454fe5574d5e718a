@org.jspecify.annotations.NullMarked
package io.sluice.ringbuffers.ip;
