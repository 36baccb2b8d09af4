// Runs before the first paint: a remembered colour scheme must never flash.
try {
  document.documentElement.dataset.theme = localStorage.theme ?? "";
} catch { /* no storage: the device decides */ }
