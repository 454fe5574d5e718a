package io.sluice.control.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatterTest {
    @Test
    void comments_stay_with_what_they_are_about() {
        assertThat(format("""
                # head comment


                services:

                      # before web
                      web:    # inline web
                            listen:   10.0.0.1:80   # where
                            protocol: tcp # x

                            scheduler:    maglev
                            servers:
                            # first
                              a:    [fd00::1]:80   # six
                              b:  10.0.0.2:80
                              # deep trailing
                            # mid trailing
                      # shallow trailing
                      other:
                        servers: {}
                cluster:
                   port-rules:
                   - { ports: 80 }
                   # comment in list
                   - ports: 90
                     protocol:   tcp  # tcp
                empty:
                # tail
                """)).isEqualTo("""
                # head comment

                services:
                  # before web
                  web:                   # inline web
                    listen: 10.0.0.1:80  # where
                    protocol: tcp        # x

                    scheduler: maglev
                    servers:
                      # first
                      a: "[fd00::1]:80"  # six
                      b: 10.0.0.2:80
                      # deep trailing
                    # mid trailing
                  # shallow trailing
                  other:
                    servers: {}
                cluster:
                  port-rules:
                    - { ports: 80 }
                    # comment in list
                    - ports: 90
                      protocol: tcp  # tcp
                empty:
                # tail
                """);
    }

    @Test
    void brackets_on_one_line_stay_there_and_others_become_lines() {
        assertThat(format("""
                a: {by: source-ip,timeout:   6m}   # one line
                b: { type: http,   # the type
                    path: /up,
                    # own line
                    expect: PASS }
                c: [ 1,
                  2 ]
                d: [1,2,   {x: y}]
                e: []
                f: { }
                """)).isEqualTo("""
                a: { by: source-ip, timeout: 6m }  # one line
                b:
                  type: http  # the type
                  path: /up
                  # own line
                  expect: PASS
                c:
                  - 1
                  - 2
                d: [1, 2, { x: y }]
                e: []
                f: {}
                """);
    }

    @Test
    void a_line_that_is_too_long_becomes_several() {
        String servers = "a: { " + "address: 10.0.0.1:80, ".repeat(5).replaceAll("address", "k") + "last: "
                + "x".repeat(100) + " }\n";
        assertThat(format(servers.replaceFirst("k", "k1"))).startsWith("a:\n  k1: 10.0.0.1:80\n  k: 10.0.0.1:80\n");
    }

    @Test
    void words_and_quotes_stay_the_users() {
        String text = """
                a: "it's"
                b: 'a # b'  # c
                "key": plain text, with: colon
                """.replace("with: colon", "with:colon");
        assertThat(format(text)).isEqualTo(text);
    }

    @Test
    void text_over_several_lines_becomes_one_quoted_line() {
        assertThat(format("""
                a: |  # header
                   line one
                   # not a comment
                b: "x
                  y"
                c: d
                """)).isEqualTo("""
                a: "line one\\n# not a comment\\n"  # header
                b: "x y"
                c: d
                """);
    }

    @Test
    void anchors_and_aliases_are_kept() {
        String text = """
                one: &one
                  a: &a 1
                two: *one
                three: { x: *a, y: &list [1, 2] }
                four: *list
                """;
        assertThat(format(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: [b\n", "- a\n", "", "? [a]\n: b\n", "a: &x { b: *x }\n", "\tb: c\n"})
    void what_is_no_mapping_is_left_alone_and_told_about(String text) {
        var problems = new Problems("sluice.yaml");
        assertThat(Formatter.format(text, problems)).isNull();
        assertThat(problems.anyError()).isTrue();
    }

    @Test
    void windows_line_ends_and_byte_order_marks_go() {
        assertThat(format("\uFEFFa: 1\r\n\r\n\r\nb: 2   \r\n# c  \r\n")).isEqualTo("a: 1\n\nb: 2\n# c\n");
    }

    @Test
    void formatting_again_changes_nothing() {
        for (String text : new String[]{"a:\n   # only a comment\n   b: 1\n\n\n\n   # end\n# tail", "{}\n",
            "a: {}\n\n\n# x\n",
            "a: b # c\n# d\ne: f\n", "a:\n- b\n-\n  c: 1\n  # x\n# y\n- - 1\n  - 2\n"}) {
            String once = format(text);
            assertThat(format(once)).isEqualTo(once);
        }
    }

    private static @Nullable String format(@Nullable String text) {
        var problems = new Problems("sluice.yaml");
        String formatted = Formatter.format(text == null ? "" : text, problems);
        assertThat(problems.sorted()).isEmpty();
        return formatted;
    }
}
