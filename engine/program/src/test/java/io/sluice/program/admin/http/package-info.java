@org.jspecify.annotations.NullMarked
package io.sluice.program.admin.http;
