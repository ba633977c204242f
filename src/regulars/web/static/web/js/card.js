// What the customer's own pages do beyond links and forms. Without it everything still works.
document.documentElement.classList.add("js");

const worker = document.body.dataset.worker;
if (worker && "serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => {});

// A browser that can put the card on the first screen says so; then there is a button for it.
addEventListener("beforeinstallprompt", (event) => {
  const place = document.querySelector("[data-install]");
  if (!place) return;
  event.preventDefault();
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => event.prompt());
});

// A code that is shown runs out; its page says so when it does.
for (const code of document.querySelectorAll("[data-until]")) {
  const until = Date.now() + Number(code.dataset.until) * 1000;
  const told = code.querySelector("[data-left]");
  const tick = () => {
    const left = Math.max(0, Math.round((until - Date.now()) / 1000));
    told.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left) return;
    clearInterval(running);
    code.classList.add("over");
  };
  const running = setInterval(tick, 1000);
  tick();
}
