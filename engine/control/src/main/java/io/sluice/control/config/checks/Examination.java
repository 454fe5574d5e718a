package io.sluice.control.config.checks;

import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.yaml.Problem;

/** A further look at a file without errors, by who knows more than the file, such as the host. Any thread. */
@FunctionalInterface
public interface Examination {
    /** Looks at nothing more. */
    Examination NONE = (configuration, places) -> {
    };

    /** Where the file says what. */
    interface Places {
        /**
         * A doubt about the value at this path.
         *
         * @param item which of a list is meant, from 0; of no matter where the value is no list
         * @return what stands in the list of problems now
         */
        Problem warning(String message, int item, String... path);
    }

    void examine(Configuration configuration, Places places);
}
