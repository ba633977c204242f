// What pages do beyond links and forms. Without it everything still works.
const root = document.documentElement;
root.classList.add("js");

// The theme: shown at once, remembered in a cookie that the server reads, so that no page flashes.
document.addEventListener("change", (event) => {
  const choice = event.target.closest?.("[data-theme-choice]");
  if (!choice) return;
  root.dataset.theme = choice.value;
  document.cookie = `regulars_theme=${choice.value}; path=/; max-age=31536000; samesite=lax`;
});

// Dialogs: what opens one is a link or a button that also works alone (a page that asks the same).
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
  const closer = event.target.closest("[data-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
  if (event.target instanceof HTMLDialogElement) event.target.close(); // a click beside it
  event.target.closest("[data-dismiss]")?.closest(".notice").remove();
  if (event.target.closest("[data-print]")) window.print();
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier);
  // A menu that drops down closes when one clicks elsewhere.
  for (const open of document.querySelectorAll("details.drop-down[open], .bar details[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

async function copy(button) {
  const text = document.getElementById(button.dataset.copy).textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
    button.querySelector("[data-label]").textContent = button.dataset.copied;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(document.getElementById(button.dataset.copy));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
}

// Keys: "/" goes to the search field, arrows go through what it found, Escape goes back.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.querySelector("[data-search]");
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(event);
  if (event.key === "Escape") leave(event);
});

function walk(event) {
  const field = document.querySelector("[data-search]");
  const list = field && document.querySelector("[data-results]");
  if (!list || !(event.target === field || list.contains(event.target))) return;
  const stops = [field, ...list.querySelectorAll("a, button")];
  const next = stops[stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

function leave(event) {
  const list = event.target.closest("[data-results]");
  if (list) document.querySelector("[data-search]")?.focus();
  const open = event.target.closest("details.drop-down[open], .bar details[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
}

// What is live asks again every data-refresh seconds, as long as somebody can see it and is not reading with the keys.
let seconds = 0;
setInterval(() => {
  seconds += 1;
  if (document.visibilityState !== "visible") return;
  for (const live of document.querySelectorAll("[data-refresh]")) {
    const isBusy = live.contains(document.activeElement);
    if (seconds % Number(live.dataset.refresh) === 0 && !isBusy) window.htmx?.trigger(live, "refresh");
  }
}, 1000);

// The server does not take such a question for somebody being there, and answers 304 where nothing has happened since.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.triggeringEvent?.type !== "refresh") return;
  event.detail.headers["X-Live"] = "1";
  const { tag } = event.target.dataset;
  if (tag) event.detail.headers["If-None-Match"] = tag;
});

// A file can be dropped on its field.
for (const drop of document.querySelectorAll(".drop")) {
  const field = drop.querySelector("input[type=file]");
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) field.files = event.dataTransfer.files;
    });
  }
}

// A fragment that fails says so above the page. What the server refused it has worded itself (HX-Retarget).
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status >= 400 && xhr.status !== 422 && !xhr.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = false;
    tell();
  }
});
document.addEventListener("htmx:sendError", tell);
document.addEventListener("htmx:timeout", tell);

function tell() {
  const notices = document.getElementById("notices");
  const template = document.getElementById("unreachable");
  if (notices && template && !notices.querySelector("[data-unreachable]")) notices.append(template.content.cloneNode(true));
}
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) document.querySelector("[data-unreachable]")?.remove();
});
