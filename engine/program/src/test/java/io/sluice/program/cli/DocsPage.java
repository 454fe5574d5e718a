package io.sluice.program.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fenced blocks of a page of the documentation. In a {@code console} block lines that begin with "$ " are commands,
 * the others what they print; {@code # exit code 3} after a command says how it ends. A {@code yaml} block whose first
 * line is a comment with a file name is that file. What cannot be run here stands in {@code text} or {@code sh} blocks.
 */
record DocsPage(Path file, List<Block> blocks) {
    private static final Pattern FILE_NAME = Pattern.compile("# ([A-Za-z0-9/._-]+\\.yaml)");
    private static final Pattern EXIT_CODE = Pattern.compile("\\s+# exit code (\\d+)$");

    /** Language and lines of a block, and the line of the page it begins on. */
    record Block(String language, List<String> lines, int line) {
    }

    /** A thing to do for whoever follows the page. */
    sealed interface Step {
    }

    /** A file to write. */
    record Written(String name, String text) implements Step {
    }

    /** A command to run, and what it is said to print. */
    record Command(String text, int exitCode, List<String> prints, int line) implements Step {
        boolean inBackground() {
            return text.endsWith("&");
        }
    }

    static DocsPage read(Path file) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("```")) {
                int begin = i + 1;
                int end = begin;
                while (!lines.get(end).startsWith("```")) {
                    end++;
                }
                blocks.add(new Block(lines.get(i).substring(3).strip(), List.copyOf(lines.subList(begin, end)),
                        begin + 1));
                i = end;
            }
        }
        return new DocsPage(file, blocks);
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (Block block : blocks) {
            if (block.language.equals("console")) {
                addCommands(block, steps);
            } else if (block.language.equals("yaml") && !block.lines.isEmpty()) {
                Matcher name = FILE_NAME.matcher(block.lines.getFirst());
                if (name.matches()) {
                    steps.add(new Written(name.group(1), String.join("\n", block.lines) + "\n"));
                }
            }
        }
        return steps;
    }

    boolean hasCommands() {
        return blocks.stream().anyMatch(block -> block.language.equals("console"));
    }

    private static void addCommands(Block block, List<Step> steps) {
        List<String> lines = block.lines;
        for (int i = 0; i < lines.size();) {
            if (!lines.get(i).startsWith("$ ")) {
                throw new AssertionError("line " + (block.line + i) + ": a console block begins with '$ '");
            }
            int line = block.line + i;
            String text = lines.get(i++).substring(2).strip();
            List<String> prints = new ArrayList<>();
            while (i < lines.size() && !lines.get(i).startsWith("$ ")) {
                prints.add(lines.get(i++));
            }
            Matcher ends = EXIT_CODE.matcher(text);
            int exitCode = ends.find() ? Integer.parseInt(ends.group(1)) : 0;
            steps.add(new Command(text.replaceAll("\\s+# .*$", ""), exitCode, List.copyOf(prints), line));
        }
    }
}
