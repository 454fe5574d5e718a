package io.sluice.control.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What holds for every {@link Command} of a kind; from it come its address in the admin API and its description there.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Verb {
    /** Who may. */
    Role role() default Role.OPERATOR;

    /** Where the admin API takes it as it is: {@code POST /api/v1/...}; empty: nowhere, or in a form of its own. */
    String http() default "";

    /** A line about that address. */
    String summary() default "";

    /** The components that such a request names in its body; the others are as if not given. */
    String[] body() default {};

    /** Whether it reads the configuration file, which may have problems. */
    boolean readsConfiguration() default false;

    /** Bounds of a number. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    @interface Range {
        int least();

        int most();
    }
}
