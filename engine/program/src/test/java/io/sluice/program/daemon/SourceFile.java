package io.sluice.program.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A Java file of this checkout, as a reader meets it. Immutable. */
final class SourceFile {
    /** Tests run in the folder engine/. */
    private static final Path ROOT = Path.of("..");
    private static final Path MAIN = Path.of("src/main/java");
    private static final Set<String> LABORATORIES = Set.of("bench", "perf-tests", "testbed");
    private static final Pattern WORD = Pattern.compile("[A-Z]\\w*");
    private static final Pattern NO_CODE = Pattern.compile(
            "\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])*'|//[^\\n]*|/\\*[\\s\\S]*?\\*/");
    private static final Pattern CATCH = Pattern
            .compile("catch \\((?:final )?[\\w.]+(?:\\s*\\|\\s*[\\w.]+)* (\\w+)\\) \\{");
    private static final Pattern ASSERTED = Pattern.compile("throw new (IllegalState|Assertion|UncheckedIO)");
    /** Reached by name: by the service loader, or by a class loader of its own. */
    private static final Set<String> STARTED_BY_NAME = Set.of("io.sluice.program.daemon.Logging",
            "io.sluice.conntrack.store.chronicle.ChronicleOpener");

    private final Path path;
    private final String text;
    private final String name;
    private final String packageName;
    private final Set<String> words;

    private SourceFile(Path path) {
        this.path = path;
        try {
            text = Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        name = path.getFileName().toString().replace(".java", "");
        Matcher declared = Pattern.compile("(?m)^package ([\\w.]+);").matcher(text);
        packageName = declared.find() ? declared.group(1) : "";
        words = new HashSet<>(WORD.matcher(NO_CODE.matcher(text).replaceAll(" ")).results()
                .map(MatchResult::group).toList());
    }

    /** Main and test sources of every module. */
    static List<SourceFile> ofAll() {
        return files(path -> true);
    }

    /** What users run, laboratories too. */
    static List<SourceFile> ofMain() {
        return files(path -> path.toString().contains(MAIN.toString()) && !path.endsWith("package-info.java"));
    }

    /** Whether it belongs to what is installed as the balancer. */
    boolean isOfProduct() {
        return LABORATORIES.stream().noneMatch(module -> path.toString().contains("/" + module + "/src/"));
    }

    private static List<SourceFile> files(Predicate<Path> wanted) {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(path -> path.toString().endsWith(".java") && path.toString().contains("/src/")
                    && !path.toString().contains("/target/")).filter(wanted).sorted().map(SourceFile::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return name;
    }

    String packageName() {
        return packageName;
    }

    String typeName() {
        return packageName + "." + name;
    }

    List<String> lines() {
        return text.lines().toList();
    }

    /** Where a caught exception becomes a part of a text, its class with it; in the log of a developer it may. */
    Stream<String> namedExceptions() {
        return CATCH.matcher(text).results().flatMap(caught -> {
            String name = caught.group(1);
            Pattern named = Pattern.compile("\\b" + name + "\\.(toString|getClass)\\(\\)|\\+ " + name + "(?![\\w.(])");
            return Stream.of(block(caught.end()).split(";")).filter(statement -> named.matcher(statement).find())
                    .filter(statement -> !statement.contains("LOG.debug(") && !ASSERTED.matcher(statement).find())
                    .map(statement -> path + ": " + statement.strip());
        });
    }

    /** From behind an opening brace to its closing one; braces in texts come in pairs. */
    private String block(int start) {
        int depth = 1;
        int end = start;
        while (depth > 0 && end < text.length()) {
            char next = text.charAt(end++);
            depth += next == '{' ? 1 : next == '}' ? -1 : 0;
        }
        return text.substring(start, end);
    }

    /** A top-level type for others; of main sources only, as tests have their own world. */
    boolean isPublic() {
        return path.toString().contains(MAIN.toString())
                && Pattern.compile("(?m)^public .*\\b(?:class|record|interface|enum) " + name + "\\b").matcher(text)
                        .find();
    }

    /** Whether the comment above the type names a thread or a worker, or says that it never changes. */
    boolean saysWhoseItIs() {
        Matcher comment = Pattern
                .compile("/\\*\\*([\\s\\S]*?)\\*/\\s*(?:@[^\\n]*\\n)*[^\\n]*\\b(?:class|enum) " + name + "\\b")
                .matcher(text);
        return comment.find() && Pattern.compile("(?i)thread|worker|immutable").matcher(comment.group(1)).find();
    }

    /** Whether a process begins here. */
    boolean isStart() {
        return text.contains("public static void main(") || STARTED_BY_NAME.contains(typeName());
    }

    /** Whether the code of this one says the name of the other, which it can mean. */
    boolean names(SourceFile other) {
        return words.contains(other.name) && (packageName.equals(other.packageName)
                || text.contains("import " + other.typeName() + ";")
                || text.contains("import static " + other.typeName() + "."));
    }

    Stream<String> wideLines(int columns) {
        List<String> lines = lines();
        boolean[] inText = new boolean[lines.size() + 1];
        for (int i = 0; i < lines.size(); i++) {
            inText[i + 1] = inText[i] ^ (lines.get(i).split("\"\"\"", -1).length % 2 == 0);
        }
        return IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).length() > columns && !inText[i] && lines.get(i).indexOf('"') < 0)
                .mapToObj(i -> path + ":" + (i + 1));
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
