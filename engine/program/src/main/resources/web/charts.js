// Lines of the last hour as inline SVG, with minimum, average and maximum in words beside them.
import { h, age } from "./dom.js";

const NS = "http://www.w3.org/2000/svg";
const WIDTH = 600, HEIGHT = 100;

function svg(name, attributes) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** lines: [{label, of: sample => number, summary}] */
export function chart(title, history, lines, show) {
  const samples = history.samples;
  const end = Date.now();
  // a daemon that has just started fills the picture with what there is
  const start = Math.max(end - 3600e3, samples.length ? Date.parse(samples[0].time) : 0);
  const span = end - start > 3500e3 ? "last hour" : "last " + age(end - start);
  const top = Math.max(1e-9, ...lines.map(line => line.summary.max)) * 1.08;
  const picture = svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none",
    role: "img", "aria-label": title + ", " + span + ": " + lines.map(line => line.label + " average "
      + show(line.summary.avg) + ", maximum " + show(line.summary.max)).join("; ") });
  for (const y of [0.5, HEIGHT / 2, HEIGHT - 0.5]) {
    picture.append(svg("line", { class: "grid", x1: 0, x2: WIDTH, y1: y, y2: y }));
  }
  lines.forEach((line, i) => {
    const points = samples.map(sample => {
      const x = (Date.parse(sample.time) - start) / (end - start) * WIDTH;
      return x.toFixed(1) + "," + (HEIGHT - line.of(sample) / top * HEIGHT).toFixed(1);
    });
    picture.append(svg("polyline", { class: "abc"[i], points: points.join(" ") }));
  });
  return h("section", { class: "card" },
    h("h2", {}, title, " ", h("span", { class: "dim" }, span + ", top " + show(top))),
    picture,
    h("table", { class: "key", "aria-label": title },
      h("thead", {}, h("tr", {}, ["", "Min", "Avg", "Max"].map(head =>
        h("th", { scope: "col", class: head ? "num" : null }, head)))),
      h("tbody", {}, lines.map((line, i) => h("tr", {},
        h("td", { class: "swatch-" + "abc"[i] }, ["━ ", "╍ ", "┈ "][i] + line.label),
        ["min", "avg", "max"].map(key => h("td", { class: "num" }, show(line.summary[key]))))))));
}

/** spans: [{from, to, is}] in milliseconds as a bar; the words stand in the cells beside it. */
export function timeline(spans, start, end) {
  const picture = svg("svg", { class: "timeline", viewBox: `0 0 ${WIDTH} 10`, preserveAspectRatio: "none", role: "img",
    "aria-label": spans.map(one => one.is).join(", then ") });
  for (const one of spans) {
    const x = (one.from - start) / (end - start) * WIDTH;
    picture.append(svg("rect", { class: one.is, x: x.toFixed(1), y: one.is === "down" ? 0 : 3,
      width: Math.max(1.5, (one.to - one.from) / (end - start) * WIDTH).toFixed(1), height: one.is === "down" ? 10 : 4 }));
  }
  return picture;
}
