package io.sluice.engine.config.yaml;

import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says what is wrong with text that is not YAML, and for the usual slips what to do. */
final class SyntaxAdvice {
    private SyntaxAdvice() {
    }

    static String of(MarkedYamlEngineException e, String text, Position at) {
        String problem = e.getProblem() == null ? "unexpected text" : e.getProblem();
        return "not YAML: " + problem + advice(problem, line(text, at.line()));
    }

    private static String advice(String problem, String line) {
        if (line.contains("\t")) {
            return " (a tab cannot indent: use spaces)";
        }
        if (problem.contains("mapping values are not allowed")) {
            return " (a value that contains ': ' needs quotes; keys of one mapping start in the same column)";
        }
        if (problem.contains("found undefined alias") || line.stripLeading().startsWith("*") || line.contains(": *")) {
            return " (a value that starts with '*' needs quotes; every IPv4 address is 0.0.0.0)";
        }
        if (problem.contains("expected ',' or '}'") || problem.contains("expected ',' or ']'")) {
            return " (is a bracket not closed, or does a value in { } or [ ] need quotes?)";
        }
        if (problem.contains("expected <block end>")) {
            return " (keys of one mapping start in the same column)";
        }
        if (problem.contains("could not find expected ':'")) {
            return " (a key is followed by ': ' and its value)";
        }
        return "";
    }

    private static String line(String text, int number) {
        return text.lines().skip(Math.max(0, number - 1)).findFirst().orElse("");
    }
}
