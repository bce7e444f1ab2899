// Before anything of Gradio: its own words follow the browser's language, which shall be the page's.
(() => {
  let kept = null;
  try { kept = localStorage.getItem("briefqa-language"); } catch { /* forbidden */ }
  const locale = /^(zh|$)/i.test(kept || navigator.language || "") ? "zh-CN" : "en";
  Object.defineProperty(navigator, "language", { get: () => locale });
  Object.defineProperty(navigator, "languages", { get: () => [locale] });
})();
