package io.sluice.perftests.report;

/** Which colour is whose. Stateless. */
final class Legend {
    private Legend() {
    }

    static String of(Iterable<String> contenders, Palette palette) {
        Html html = new Html().raw("<div class=\"legend\">");
        for (String contender : contenders) {
            html.raw("<span><i class=\"swatch %s\"></i>", palette.of(contender)).text(contender).raw("</span>");
        }
        return html.raw("</div>").toString();
    }
}
