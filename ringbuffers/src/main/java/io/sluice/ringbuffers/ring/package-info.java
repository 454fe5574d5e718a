/** Hand-over of small fixed records from workers to the control plane. */
@org.jspecify.annotations.NullMarked
package io.sluice.ringbuffers.ring;
