package io.sluice.control.config.yaml;

import java.util.Map;
import org.snakeyaml.engine.v2.exceptions.ComposerException;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says what is wrong with text that is not YAML, and for the usual slips what to do. */
final class SyntaxAdvice {
    private static final Map<String, String> OTHERS = Map.of("another document",
            "a second document begins here (allowed: one; no line that starts with ---)", "expected the node content",
            "a value cannot start here (allowed: a value, or quotes around one that starts with a bracket)");

    /** What is YAML and still too much, with what is allowed. */
    private static final Map<String, String> COMPOSED = Map.of("nested deeper", "what the reference names",
            "an alias stands inside",
            "an alias after it", "its aliases stand for", "fewer aliases of aliases");

    private SyntaxAdvice() {
    }

    static String of(MarkedYamlEngineException e, String text, Position at) {
        String problem = e.getProblem() == null ? "unexpected text" : e.getProblem().replaceAll("\\s+", " ");
        for (var known : COMPOSED.entrySet()) {
            if (e instanceof ComposerException && problem.contains(known.getKey())) {
                return problem + " (allowed: " + known.getValue() + ")";
            }
        }
        if (OpenQuote.explains(e, text, at).isPresent()) {
            return "not YAML: a quote opens here and nothing closes it (allowed: the same quote at the end of the value)";
        }
        String line = text.lines().skip(at.line() - 1L).findFirst().orElse("");
        if (problem.contains("cannot start any token") && line.contains("\t")) {
            return "not YAML: a tab cannot indent (allowed: spaces)";
        }
        if (problem.contains("cannot start any token")) {
            return "not YAML: a value cannot start with '" + line.charAt(Math.min(at.column(), line.length()) - 1)
                    + "' (allowed: the same value in quotes)";
        }
        if (problem.contains("found undefined alias")) {
            return "not YAML: '*' starts a reference to something that is nowhere named (allowed: the same value in quotes; "
                    + "every IPv4 address is 0.0.0.0)";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "not YAML: a second ': ' in one line (allowed: one key in a line, and quotes around a value that holds "
                    + "': ')";
        }
        if (problem.contains("expected ',' or")) {
            return "not YAML: " + problem
                    + " (allowed: brackets that are closed, commas between values, quotes around a "
                    + "value that holds ': ', a comma or a bracket)";
        }
        if (problem.contains("expected <block end>")) {
            return "not YAML: this line starts in another column than those it belongs to (allowed: the same column for "
                    + "every key of a mapping)";
        }
        if (problem.contains("could not find expected ':'")) {
            return "not YAML: a key without ': ' (allowed: 'key: value')";
        }
        if (problem.contains("found ':'")) {
            return "not YAML: a value cannot start with ':' (allowed: an address before the port, such as 0.0.0.0:80)";
        }
        return OTHERS.entrySet().stream().filter(known -> problem.contains(known.getKey())).findFirst()
                .map(known -> "not YAML: " + known.getValue()).orElse("not YAML: " + problem);
    }
}
