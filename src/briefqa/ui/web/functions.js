// Gradio makes functions of texts in the browser, which a strict policy forbids. All texts of this page are known
// before (`functions.py` writes them into `onLoad` and `events`), so they are looked up here; whatever else is to
// be made a function is refused. Handlebars compiles Gradio's own templates, which hold values and no logic.
(() => {
  const onLoad = ON_LOAD;
  const events = EVENTS;
  const known = (table, text) => (Object.hasOwn(table, text) ? table[text] : null);
  const refuse = (text) => { throw new EvalError(`This page makes no function of: ${text.slice(0, 80)}`); };

  function written(names, body) {
    const run = known(onLoad, body);
    if (run) return run;
    const template = /^return `((?:[^`\\]|\\[`\\$])*)`;$/.exec(body);
    if (template && !/\$\{(?!\w+\})/.test(template[1])) {
      const text = template[1];
      return (...values) => text.replace(/\\([`\\$])|\$\{(\w+)\}/g, (_, sign, name) => sign ?? String(values[names.indexOf(name)]));
    }
    const plain = /^return ("(?:[^"\\]|\\.)*");$/.exec(body.trim());
    return plain ? () => JSON.parse(plain[1]) : refuse(body);
  }

  const Native = window.Function;
  function MadeFunction(...parts) {
    const body = String(parts.pop() ?? "");
    return written(parts.flatMap((part) => String(part).split(",")), body);
  }
  MadeFunction.prototype = Native.prototype;
  window.Function = MadeFunction;

  const later = Object.getPrototypeOf(async function () { /* for its kind */ });
  function MadeLater(...parts) {
    const body = String(parts.pop() ?? "");
    const event = /^return \(\n([\s\S]*)\n\);$/.exec(body);
    const run = event && known(events, event[1]);
    return run ? async () => run : refuse(body);
  }
  MadeLater.prototype = later;
  Object.defineProperty(later, "constructor", { value: MadeLater });
})();
