// Charts: drawn when they come near the window, in the colours of the page, again when those change.
const drawn = new Map();
let library;

function vega(address) {
  library ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => done(window.vegaEmbed);
    script.onerror = fail;
    document.head.append(script);
  });
  return library;
}

// The tokens of the page as colours that a drawing understands.
function colours(place) {
  const probe = document.createElement("i");
  place.append(probe);
  const found = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const told = {
    ink: found("--ink-soft"), line: found("--line"), accent: found("--chart-1"), tint: found("--accent-tint"),
    danger: found("--danger"), series: ["1", "2", "3", "4", "5", "6", "7", "8"].map((n) => found(`--chart-${n}`)),
    font: getComputedStyle(document.body).fontFamily,
  };
  probe.remove();
  return told;
}

// The spec stands in the page with its values, or at an address of its own, and the values in the page.
async function told(place) {
  const { chart, spec, values } = place.dataset;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  if (spec) return read(spec);
  const found = await fetch(chart).then((answer) => answer.json());
  return { ...found, datasets: { values: read(values) }, autosize: { type: "fit-x", contains: "padding" } };
}

// Where there is little room beside a chart, what its colours mean stands above it.
const NARROW = 560;

function styled(colour, width) {
  const words = { labelColor: colour.ink, labelFont: colour.font, labelFontSize: 12, titleColor: colour.ink, titleFont: colour.font, titleFontSize: 12, titleFontWeight: 400 };
  const axis = { ...words, domainColor: colour.line, tickColor: colour.line, gridColor: colour.line };
  const mark = Object.fromEntries(["mark", "bar", "area", "line", "point", "rect", "rule", "tick"].map((name) => [name, { color: colour.accent }]));
  const ramp = [colour.tint, colour.accent];
  const range = { category: colour.series, ordinal: ramp, ramp, heatmap: ramp, diverging: [colour.danger, colour.tint, colour.accent] };
  return { background: "transparent", view: { stroke: null }, ...mark, axis, legend: width < NARROW ? { ...words, orient: "top", columns: 2, labelLimit: 120 } : words, header: words, text: { color: colour.ink, font: colour.font }, range };
}

async function draw(place) {
  const { bundle, label, spec } = place.dataset;
  // What was swapped out has lost its values too.
  if (!place.isConnected) return;
  const [embed, found] = await Promise.all([vega(bundle), told(place)]);
  const colour = colours(place);
  const config = styled(colour, place.clientWidth);
  // The strip of a customer's life: what came back is red.
  if (!spec) config.range.category = [colour.series[0], colour.danger, colour.series[1], colour.series[2]];
  if (!place.isConnected) return;
  drawn.get(place)?.finalize();
  const whole = { ...found, description: label, config: undefined };
  // `ast` reads expressions instead of running them: the page's policy forbids code made of text.
  const result = await embed(place, whole, { ast: true, actions: false, logLevel: 1, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true }, config });
  drawn.set(place, result);
}

const near = new IntersectionObserver((seen) => {
  for (const each of seen) {
    if (!each.isIntersecting) continue;
    near.unobserve(each.target);
    draw(each.target);
  }
}, { rootMargin: "200px" });
const watch = (within) => within.querySelectorAll("[data-chart]").forEach((place) => near.observe(place));
watch(document);
// What a fragment brings is drawn too, and what it took away is let go.
document.addEventListener("htmx:load", (event) => {
  for (const [place, result] of drawn) {
    if (place.isConnected) continue;
    result.finalize();
    drawn.delete(place);
  }
  watch(event.target);
});

const redraw = () => [...drawn.keys()].forEach(draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
document.addEventListener("change", (event) => event.target.matches?.("[data-theme-choice]") && redraw());
