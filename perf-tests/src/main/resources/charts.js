// Draws the charts of the report with uPlot: each .plot holds its data as JSON. Runs once, when the page is read.
'use strict';
(() => {
  const HEIGHT = 250;
  const DASHES = { c1: [7, 3], c2: [2, 3], c3: [9, 3, 2, 3], c5: [4, 2] };
  const STYLES = { p50: 'c0', p99: 'c3', max: 'control', level: 'c1', run: 'c0', change: 'bad' };

  const colour = style => getComputedStyle(document.documentElement)
    .getPropertyValue('--' + (STYLES[style] ?? style)).trim();
  const number = value => String(Number(value.toPrecision(3)));
  const stepped = (value, base, names) => {
    let step = 0;
    while (Math.abs(value) >= base && step < names.length - 1) {
      value /= base;
      step++;
    }
    return number(value) + ' ' + names[step];
  };
  // as Units does it in Java
  const shown = {
    ns: value => stepped(value, 1000, ['ns', 'µs', 'ms', 's']),
    bytes: value => stepped(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']),
    count: value => stepped(value, 1000, ['', 'k', 'M']).trim(),
    plain: number,
  };

  /** Of a place that counts nines: 3 is 99.9. */
  const percentile = nines => (100 * (1 - 10 ** -nines)).toFixed(Math.max(0, Math.ceil(nines) - 1));

  function marks(chart, described) {
    for (const mark of described) {
      const place = document.createElement('i');
      place.className = 'mark ' + mark.style;
      place.title = mark.title;
      place.style.left = chart.valToPos(mark.x, 'x') + 'px';
      place.style.width = Math.max(1.5, chart.valToPos(mark.x + mark.width, 'x') - chart.valToPos(mark.x, 'x')) + 'px';
      chart.over.append(place);
    }
  }

  function draw(plot) {
    const { x, y, series, marks: pauses } = JSON.parse(plot.querySelector('script').textContent);
    const value = v => v == null ? '–' : shown[y.unit](v * y.factor) + y.suffix;
    const place = v => v == null ? '–'
      : x.labels ? x.labels[v] ?? ''
      : x.name === 'percentile' ? percentile(v) + '%' : number(v) + x.suffix;
    const axis = {
      stroke: () => colour('soft'), font: '11px system-ui, sans-serif', ticks: { show: false },
      grid: { stroke: () => colour('grid'), width: 1 },
    };
    const horizontal = x.ticks
      ? { splits: u => x.ticks.map(tick => tick.at).filter(at => at >= u.scales.x.min && at <= u.scales.x.max),
          values: (u, splits) => splits.map(at => x.ticks.find(tick => tick.at === at).label) }
      : { values: (u, splits) => splits.map(at => x.labels
        ? Number.isInteger(at) ? String(at + 1) : ''
        : number(at) + x.suffix) };
    plot.chart = new uPlot({
      width: plot.clientWidth, height: HEIGHT,
      scales: { x: { time: false },
        y: y.logarithmic ? { distr: 3 } : { range: (u, low, high) => [0, (high || 1) * 1.08] } },
      axes: [{ ...axis, ...horizontal },
        { ...axis, size: 66, values: (u, splits) => splits.map(v => v == null ? '' : value(v)) }],
      series: [{ label: x.name, value: (u, v) => place(v) }, ...series.map(one => ({
        label: one.name, value: (u, v) => value(v), stroke: () => colour(one.style), width: one.dots ? 0 : 2,
        dash: DASHES[one.style],
        points: { show: Boolean(one.dots), size: 6, fill: () => colour(one.style) },
        ...(one.dots ? { paths: () => null } : {}),
      }))],
      hooks: { draw: [chart => {
        chart.over.querySelectorAll('.mark').forEach(mark => mark.remove());
        marks(chart, pauses);
      }] },
    }, [x.values, ...series.map(one => one.values)], plot);
  }

  const plots = [...document.querySelectorAll('.plot')];
  plots.forEach(draw);
  const sizes = new ResizeObserver(seen => seen.forEach(({ target }) => {
    if (target.clientWidth !== target.chart.width) {
      target.chart.setSize({ width: target.clientWidth, height: HEIGHT });
    }
  }));
  plots.forEach(plot => sizes.observe(plot));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change',
    () => plots.forEach(plot => plot.chart.redraw()));
})();
