// Before the first paint: a remembered scheme must never flash.
try {
  document.documentElement.dataset.theme = localStorage.theme ?? "";
} catch { /* the device decides */ }
