@org.jspecify.annotations.NullMarked
package io.sluice.dataplane.service;
