{% load static %}// Without a network, a page that says so. Nothing of anybody is kept: a balance of yesterday is a wrong one.
const KEPT = "card-1";
const OFFLINE = "{% url 'card-offline' %}";
const PARTS = [OFFLINE, "{% static 'web/css/tokens.css' %}", "{% static 'web/css/base.css' %}", "{% static 'web/css/components.css' %}", "{% static 'web/css/pages/card.css' %}"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(PARTS)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  const old = caches.keys().then((keys) => Promise.all(keys.filter((key) => key !== KEPT).map((key) => caches.delete(key))));
  event.waitUntil(old.then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  else if (request.destination === "style") event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreSearch: true })));
});
