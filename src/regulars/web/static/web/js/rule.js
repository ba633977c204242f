// The text of a rule: what is wrong is underlined in its place, and what could come next is offered at the cursor.
const rule = document.querySelector("[data-rule]");
const area = rule.querySelector("textarea");
const behind = rule.querySelector("[data-behind]");
const list = document.getElementById("completions");
let asking;
let chosen = -1;

// The server counts characters, the browser counts halves of some.
const characters = (text) => Array.from(text);
const unit = (place) => characters(area.value).slice(0, place).join("").length;

// What lies behind the text wraps as the text does, with the wrong place marked.
function underline(start, end) {
  behind.replaceChildren();
  if (start === undefined) return;
  const told = characters(area.value);
  const mark = document.createElement("mark");
  mark.textContent = told.slice(start, Math.max(end, start + 1)).join("") || " ";
  behind.append(told.slice(0, start).join(""), mark, told.slice(Math.max(end, start + 1)).join(""));
}

// An answer of the server: the text, where the chips wrote it, and what is wrong with it.
document.addEventListener("htmx:afterSettle", (event) => {
  const answer = document.querySelector("#builder [data-answer]");
  if (!answer || event.detail.target?.id !== "builder") return;
  const { start, end } = answer.dataset;
  if ("written" in answer.dataset) {
    area.value = answer.textContent;
    close();
    window.htmx.trigger(document.body, "rewritten");
  }
  area.toggleAttribute("aria-invalid", "wrong" in answer.dataset);
  if ("wrong" in answer.dataset) area.setAttribute("aria-invalid", "true");
  const isSame = area.value.replace(/\r/g, "") === answer.textContent;
  underline(start !== undefined && isSame ? Number(start) : undefined, Number(end));
  answer.remove();
});

// A menu of what may be added changes nothing until its button is pressed.
document.addEventListener("change", (event) => event.target.matches("[data-quiet]") && event.stopPropagation(), true);

// Enter in a chip takes over what was typed there; it does not save the segment.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("#builder input")) return;
  event.preventDefault();
  event.target.dispatchEvent(new Event("change", { bubbles: true }));
});

area.addEventListener("input", () => {
  underline();
  ask();
});
area.addEventListener("blur", close);
area.addEventListener("keydown", (event) => {
  if (event.key === " " && event.ctrlKey) {
    event.preventDefault();
    ask();
  }
  if (list.hidden) return;
  const options = list.children.length;
  if (event.key === "ArrowDown") choose(event, (chosen + 1) % options);
  else if (event.key === "ArrowUp") choose(event, (chosen < 1 ? options : chosen) - 1);
  else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) take(event, list.children[chosen]);
  else if (event.key === "Escape") {
    event.preventDefault();
    close();
  }
});
// The field keeps the focus while one points.
list.addEventListener("mousedown", (event) => {
  const option = event.target.closest("[role=option]");
  event.preventDefault();
  if (option) take(event, option);
});

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const cursor = characters(area.value.slice(0, area.selectionEnd)).length;
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  const body = new URLSearchParams({ rule: area.value, cursor });
  try {
    const answer = await fetch(rule.dataset.complete, { method: "POST", headers, body, signal: asking.signal });
    if (!answer.ok || document.activeElement !== area) return;
    list.innerHTML = await answer.text();
    chosen = -1;
    area.removeAttribute("aria-activedescendant");
    list.hidden = list.children.length === 0;
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

function choose(event, place) {
  event.preventDefault();
  list.children[chosen]?.setAttribute("aria-selected", "false");
  chosen = place;
  const option = list.children[chosen];
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  area.setAttribute("aria-activedescendant", option.id);
}

function take(event, option) {
  event.preventDefault();
  area.setRangeText(option.dataset.text, unit(Number(option.dataset.start)), unit(Number(option.dataset.end)), "end");
  close();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function close() {
  asking?.abort();
  list.hidden = true;
  chosen = -1;
  area.removeAttribute("aria-activedescendant");
}
