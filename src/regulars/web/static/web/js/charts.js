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
    ink: found("--ink-soft"), line: found("--line"), accent: found("--chart-1"),
    series: [found("--chart-1"), found("--danger"), found("--chart-2"), found("--chart-3")],
    font: getComputedStyle(document.body).fontFamily,
  };
  probe.remove();
  return told;
}

async function draw(place) {
  const { chart, bundle, values, label } = place.dataset;
  const [embed, spec] = await Promise.all([vega(bundle), fetch(chart).then((answer) => answer.json())]);
  const colour = colours(place);
  const axis = { labelColor: colour.ink, domainColor: colour.line, tickColor: colour.line, gridColor: colour.line, labelFont: colour.font, labelFontSize: 12 };
  const config = { background: "transparent", view: { stroke: null }, mark: { color: colour.accent }, bar: { color: colour.accent }, area: { color: colour.accent }, line: { color: colour.accent }, axis, range: { category: colour.series } };
  const datasets = { values: JSON.parse(document.getElementById(values).textContent) };
  drawn.get(place)?.finalize();
  const told = { ...spec, datasets, description: label, autosize: { type: "fit-x", contains: "padding" }, config: undefined };
  // `ast` reads expressions instead of running them: the page's policy forbids code made of text.
  const result = await embed(place, told, { ast: true, actions: false, logLevel: 1, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true }, config });
  drawn.set(place, result);
}

const near = new IntersectionObserver((seen) => {
  for (const each of seen) {
    if (!each.isIntersecting) continue;
    near.unobserve(each.target);
    draw(each.target);
  }
}, { rootMargin: "200px" });
for (const place of document.querySelectorAll("[data-chart]")) near.observe(place);

const redraw = () => [...drawn.keys()].forEach(draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
document.addEventListener("change", (event) => event.target.matches?.("[data-theme-choice]") && redraw());
