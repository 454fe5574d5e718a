package io.sluice.program.cli;

import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.yaml.Problem;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints what was found in a configuration file. */
final class ProblemReport {
    private final Style style;
    private final PrintWriter out;

    ProblemReport(Style style, PrintWriter out) {
        this.style = style;
        this.out = out;
    }

    /** Each problem on a line: {@code file:line:column: text}. */
    void print(List<Problem> problems) {
        for (Problem problem : problems) {
            String place = problem.file() + ":" + problem.line() + ":" + problem.column() + ":";
            String severity = problem.isError() ? "" : style.warning("warning:") + " ";
            out.println(style.bold(place) + " " + severity + problem.message());
        }
    }

    /** One sentence about the file as a whole. */
    String summary(String file, ConfigurationFile.Result result) {
        var parts = new ArrayList<String>();
        long errors = result.problems().stream().filter(Problem::isError).count();
        long warnings = result.problems().size() - errors;
        if (errors > 0) {
            parts.add(style.bad(errors + (errors == 1 ? " error" : " errors")));
        }
        if (result instanceof ConfigurationFile.Valid valid) {
            List<ServiceConfiguration> services = valid.configuration().services();
            int servers = services.stream().mapToInt(service -> service.servers().size()).sum();
            parts.add(style.good("ok"));
            parts.add(services.size() + (services.size() == 1 ? " service" : " services"));
            parts.add(servers + (servers == 1 ? " server" : " servers"));
        }
        if (warnings > 0) {
            parts.add(style.warning(warnings + (warnings == 1 ? " warning" : " warnings")));
        }
        return file + ": " + String.join(", ", parts);
    }

    static Map<String, Object> json(String file, ConfigurationFile.Result result) {
        var json = new LinkedHashMap<String, Object>();
        json.put("file", file);
        json.put("valid", result instanceof ConfigurationFile.Valid);
        long errors = result.problems().stream().filter(Problem::isError).count();
        json.put("errors", errors);
        json.put("warnings", result.problems().size() - errors);
        json.put("problems", json(result.problems()));
        return json;
    }

    static List<Map<String, Object>> json(List<Problem> problems) {
        return problems.stream().map(ProblemReport::json).toList();
    }

    private static Map<String, Object> json(Problem problem) {
        var json = new LinkedHashMap<String, Object>();
        json.put("file", problem.file());
        json.put("line", problem.line());
        json.put("column", problem.column());
        json.put("severity", problem.severity().word());
        json.put("path", problem.path());
        json.put("message", problem.message());
        return json;
    }
}
