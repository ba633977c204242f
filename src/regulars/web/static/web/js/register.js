// The register: scans are never lost, keys lead where they say. Without it every form still works.
const scan = document.querySelector("[data-scan]");

// One scan after the other: what comes while the server answers waits its turn, and the field is free at once.
let turn = Promise.resolve();
scan?.form.addEventListener("submit", (event) => {
  const by = event.submitter;
  if (!window.htmx) return;
  const values = by?.name ? { [by.name]: by.value } : { q: scan.value };
  if (!by?.name && !scan.value.trim()) return event.preventDefault();
  event.preventDefault();
  const address = by?.getAttribute("formaction") || scan.form.getAttribute("action");
  const typed = scan.value;
  scan.value = "";
  document.getElementById("meant").replaceChildren();
  scan.focus();
  turn = turn.then(() => sent(address, values, typed));
});

async function sent(address, values, typed) {
  let isAnswered = false;
  const listen = (event) => { isAnswered ||= event.detail.xhr.status > 0; };
  document.addEventListener("htmx:afterRequest", listen);
  try {
    await window.htmx.ajax("POST", address, { source: "#scan", target: "#sale", swap: "outerHTML", values });
  } catch {
    isAnswered = false;
  }
  document.removeEventListener("htmx:afterRequest", listen);
  const isRefused = document.querySelector("#q-wrong");
  // What did not arrive, or was not understood, stands there again to be mended.
  if ((!isAnswered || isRefused) && !scan.value) {
    scan.value = typed;
    scan.select();
  }
}

// A suggestion that comes back after its text was sent is of no use.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "meant" && scan && !scan.value) event.detail.shouldSwap = false;
});

// A quantity counts as soon as it is typed; the arrows of a keyboard change it too.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-quantity]")) event.target.form.requestSubmit();
});

// Taking back: the buttons beside a quantity.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-by]");
  if (!button) return;
  const field = button.parentElement.querySelector("input");
  const most = Number(field.dataset.most) / 1000;
  const next = Math.min(most, Math.max(0, Number(field.value || 0) + Number(button.dataset.by)));
  field.value = String(next);
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

// Keys that the page shows: F2 the customer, F8 park, F9 pay and finish.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const found = /^F\d+$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
  if (found) {
    event.preventDefault();
    if (found.matches("input")) found.focus();
    else if (!event.repeat) found.click();
    if (found.matches("summary")) found.parentElement.querySelector("input:not([type=hidden])")?.focus();
    return;
  }
  if (event.target.matches("[data-find]") || event.target.closest?.("[data-found]")) return walk(event);
  const isTyping = event.target.matches("input, textarea, select, [contenteditable]");
  // A scanner types wherever the focus is: its first letter leads back to the field.
  if (scan && !isTyping && event.key.length === 1 && event.key !== " " && event.key !== "/") scan.focus();
  if (event.key === "Escape" && event.target === scan) document.getElementById("meant").replaceChildren();
});

function walk(event) {
  if (event.key === "Escape") return scan?.focus();
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [document.querySelector("[data-find]"), ...document.querySelectorAll("[data-found] :is(a, button)")];
  const next = stops[stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

// What is being typed elsewhere on the page outlives a scan that is answered meanwhile.
let typing = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "sale") return;
  const sent = event.detail.requestConfig.elt.closest("form");
  typing = [...document.querySelectorAll("#sale input[id]")]
    .filter((field) => field.form !== sent && field.type !== "checkbox" && field.value !== field.defaultValue)
    .map((field) => [field.id, field.value]);
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "sale") return;
  for (const [id, value] of typing) {
    const field = document.getElementById(id);
    if (!field || field.value !== field.defaultValue) continue;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  typing = [];
});

// After a change the focus is where the work goes on: on what is asked for, else back in the field.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "sale" || !scan) return;
  const asked = document.querySelector("#sale [aria-invalid=true]") ?? document.querySelector("#sale [autofocus]");
  if (asked) return asked.focus();
  const path = event.detail.pathInfo?.requestPath ?? "";
  const next = /\/(pay|points|card-code)$/.test(path) && document.querySelector("#sale [data-next], #sale #amount");
  if (next) return next.focus();
  if (document.activeElement === document.body || !document.activeElement) scan.focus();
});
