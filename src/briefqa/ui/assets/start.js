// What every other part uses: words, elements, what the browser remembers, calls to the server.
// Buttons say what they do in `data-act`; `briefqa.acts` holds what that is.
Object.assign(window.briefqa, (() => {
  const $ = (selector) => document.querySelector(selector);
  const acts = {};

  // What is remembered in this browser ("local") or this tab ("session"); some browsers forbid it.
  const remember = {
    get: (where, key) => { try { return window[`${where}Storage`].getItem(`briefqa-${key}`); } catch { return null; } },
    set: (where, key, value) => { try { window[`${where}Storage`].setItem(`briefqa-${key}`, value); } catch { /* forbidden */ } },
  };
  const name = () => [...crypto.getRandomValues(new Uint8Array(8))].map((each) => each.toString(16).padStart(2, "0")).join("");
  const visitor = remember.get("local", "visitor") || name();
  remember.set("local", "visitor", visitor);

  const language = navigator.language === "en" ? "en" : "zh"; // see early.js
  document.documentElement.lang = navigator.language;

  const counted = (text, values) => text.replace(/({(\w+)}(?: \w+)+)\(s\)/g, (_, words, each) => words + (String(values[each]) === "1" ? "" : "s"));
  const say = (key, values = {}) => counted(briefqa.texts[language][key], values).replace(/{(\w+)}/g, (_, each) => values[each]);

  // A time as the day of this browser's clock: 2026-03-04.
  const day = (/** @type {number} */ at) => new Date(at - 60_000 * new Date(at).getTimezoneOffset()).toISOString().slice(0, 10);

  // An element; `data` may hold attributes, `hidden: false` leaves one out.
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== false && value != null) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  }
  const button = (text, act, attributes = {}) => make("button", { type: "button", "data-act": act, class: "quiet", ...attributes }, text);

  // The functions of the server belong to the page's head. They are not asked by way of Gradio, which does not tell
  // whether there was an answer; they know no visitors, so that all are one to it.
  function send(what, data, signal) {
    const head = window.gradio_config.components.find((each) => each.props.elem_id === "part-head").id;
    const body = JSON.stringify({ component_id: head, fn_name: what, session_hash: "page", data: { language, visitor, ...data } });
    const headers = { "content-type": "application/json" };
    return fetch(new URL("gradio_api/component_server/", location.href), { method: "POST", headers, body, signal });
  }

  const AWAY = [502, 503]; // what a proxy says of a server that is not there, and the server of itself when it stops; 504 says that it works

  // The server's answer; fails with a sentence for the user, which is `lost` where there was no answer at all.
  async function call(what, data = {}, signal = undefined) {
    const sent = send(what, data, signal);
    let reply, text;
    try {
      reply = await sent;
      text = await reply.text();
    } catch { /* the network's own words are for nobody */ }
    if (text === undefined || AWAY.includes(reply.status)) throw Object.assign(new Error(say("lost_server")), { lost: true });
    if (reply.status === 401) throw new Error(say("logged_out"));
    let answer;
    try { answer = JSON.parse(text); } catch { /* a proxy's page */ }
    if (answer?.error || !answer || !reply.ok) throw new Error(answer?.error || say("wrong_reply", { status: reply.status }));
    return answer;
  }

  const LONGEST = 15; // seconds between two tries

  // Ends early when the network is back, or nobody waits any more.
  const pause = (seconds, signal) => new Promise((done) => {
    const over = () => {
      clearTimeout(timer);
      window.removeEventListener("online", over);
      signal?.removeEventListener("abort", over);
      done(null);
    };
    const timer = setTimeout(over, seconds * 1000);
    window.addEventListener("online", over);
    signal?.addEventListener("abort", over);
  });

  // What `ask` gives; while the server does not answer it is asked again, after longer and longer pauses, until
  // `signal` says that nobody waits. `lost` is told of each try that had no answer.
  async function persist(ask, lost, signal = undefined) {
    for (let seconds = 1; ; seconds = Math.min(LONGEST, 2 * seconds)) {
      try {
        return await ask();
      } catch (error) {
        if (!error.lost || signal?.aborted) throw error;
        lost();
        await pause(seconds, signal);
        if (signal?.aborted) throw error;
      }
    }
  }

  function fill(element) {
    for (const each of element.querySelectorAll("[data-word]")) each.textContent = say(each.dataset.word);
    for (const each of element.querySelectorAll("[data-hint]")) each.placeholder = say(each.dataset.hint);
    for (const each of element.querySelectorAll("[data-name]")) each.setAttribute("aria-label", say(each.dataset.name));
    for (const each of element.querySelectorAll("[data-label]")) {
      each.setAttribute("aria-label", say(each.dataset.label));
      each.title = say(each.dataset.label);
    }
  }

  const waiting = new Set(["head", "ask"]); // parts without which nothing begins
  function drawn(element) {
    fill(element);
    const part = element.querySelector("#ask") ? "ask" : element.querySelector("#head") ? "head" : "documents";
    if (part === "documents") return briefqa.documents.show().then(briefqa.follow, (error) => briefqa.talk.notice(error.message));
    waiting.delete(part);
    if (!waiting.size) begin();
  }

  // What the documents are; again after they have changed.
  const parts = { total: 0, build: "", limit: 2000 };
  let heard = 0; // the latest look that was answered
  let asked = 0; // counts the looks at them: an earlier answer that comes later is old
  async function refresh() {
    const mine = ++asked;
    const { build, ...now } = await call("page_parts");
    if (mine < heard) return;
    heard = mine;
    const shown = parts.build;
    const same = now.welcome === parts.welcome;
    Object.assign(parts, now);
    document.body.classList.toggle("read-only", parts.read_only);
    $("#basis").innerHTML = parts.basis;
    if (!same) redraw($("#welcome"), parts.welcome, () => $("#question"));
    briefqa.source.offer();
    if (shown === build) return; // what is typed or sorted in the others stays
    briefqa.scope.show();
    if (shown) briefqa.source.check().catch((error) => briefqa.talk.notice(error.message));
    await briefqa.documents.show();
    parts.build = build; // the list is there; where it is not, it is asked for again
  }

  // For programmers, who know its address: Gradio's page of the API, which loads at a press of its button only,
  // where the first one closes what was not opened.
  function openApi() {
    const open = $("footer .show-api");
    open?.click();
    open?.click();
  }

  // Others change the documents too: look again whenever the page comes back into sight, and while a source is read.
  const LOOKS = 60; // seconds between two
  const look = () => { if (!document.hidden && parts.build) refresh().catch(() => { /* nobody has asked */ }); };
  document.addEventListener("visibilitychange", look);
  setInterval(() => { if (briefqa.source.shown()) look(); }, LOOKS * 1000);

  async function begin() {
    document.title = say("page_title");
    const theme = remember.get("local", "theme");
    if (theme) document.body.classList.toggle("dark", theme === "dark");
    await briefqa.talk.begin();
    await refresh().catch((error) => briefqa.talk.notice(error.message));
    await briefqa.talk.arrive();
    if (!parts.settled || parts.running) briefqa.follow();
    if (new URLSearchParams(location.search).get("view") === "api") openApi();
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-act]");
    const menu = event.target.closest?.(".menu");
    // What is chosen in a menu closes it, as does a press beside it.
    const stays = !target || ["rename-talk", "group-by"].includes(target.dataset.act);
    for (const each of document.querySelectorAll(".menu[open]")) if (each !== menu || !stays) each.open = false;
    if (menu && !stays) menu.querySelector("summary").focus(); // what had the focus is out of sight
    if (target) act(target, event);
  });

  // Do what a button says. A key may have pressed what is gone after it: then the question has the focus, or the tab.
  async function act(target, event) {
    await acts[target.dataset.act]?.(target, event);
    if (event.detail) return; // a pointer, which needs no focus
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    if (document.activeElement !== document.body) return;
    ($("#question")?.offsetParent ? $("#question") : $("#tabs [aria-selected=true]")).focus();
  }

  // Draw a box anew: the same button keeps the focus, or `otherwise` gets it where there is none any more.
  function redraw(box, html, otherwise) {
    const held = box.contains(document.activeElement) ? document.activeElement : null;
    box.innerHTML = html;
    if (!held) return;
    const same = (/** @type {HTMLElement} */ each) => each.id === held.id && JSON.stringify(each.dataset) === JSON.stringify(held.dataset);
    [...box.querySelectorAll(held.tagName)].find(same)?.focus();
    if (!box.contains(document.activeElement)) otherwise()?.focus();
  }

  acts.theme = () => remember.set("local", "theme", document.body.classList.toggle("dark") ? "dark" : "light");
  acts.language = () => {
    remember.set("local", "language", language === "zh" ? "en" : "zh");
    location.reload();
  };

  // Browsers give the clipboard to pages of this machine and of HTTPS only; a field can be copied from anywhere.
  async function copy(target, text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = document.body.appendChild(document.createElement("textarea"));
      field.value = text;
      field.select();
      document.execCommand("copy");
      field.remove();
      target.focus();
    }
    const words = target.textContent;
    if (words === say("copied")) return;
    target.textContent = say("copied");
    setTimeout(() => target.replaceChildren(words), 1500);
  }
  acts.copy = (target) => copy(target, target.dataset.text);
  acts.link = (target) => copy(target, location.origin + location.pathname + target.dataset.query);

  const who = () => JSON.stringify({ language, visitor });
  return { $, acts, remember, name, say, day, make, button, call, persist, drawn, redraw, refresh, parts, who, texts: briefqa.texts };
})());
