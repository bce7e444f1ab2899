// Which documents are asked: chips above the field, and a list to choose from.
briefqa.scope = (() => {
  const { $, acts, parts, say, make, button, store, talk } = briefqa;
  const SEARCHED_FROM = 8; // documents; fewer are found by looking
  const CHIPS = 3;
  const LISTED = 200; // documents in the list at once; of more, those that are searched for
  const chosen = () => talk.talk().documents.filter((id) => parts.documents.some((each) => each.id === id));

  function choose(documents) {
    talk.talk().documents = documents;
    if (talk.talk().title) store.put("talks", { ...talk.talk() });
    chips();
  }

  // What is chosen now. A chip takes its document out.
  function chips() {
    const [ids, total] = [chosen(), parts.documents.length];
    const title = (id) => parts.documents.find((each) => each.id === id).title;
    const words = ids.length ? say("scope_some", { count: ids.length, total }) : say("scope_all", { total });
    $("#scope summary").textContent = words;
    const several = ids.slice(0, CHIPS).map((id) =>
      make("button", { type: "button", class: "chip", "data-act": "unchoose", "data-doc": id, title: title(id) }, make("span", {}, title(id)), make("b", {}, "✕")));
    if (ids.length > CHIPS) several.push(make("span", { class: "faint" }, `+${ids.length - CHIPS}`));
    if (ids.length) several.push(button(say("scope_reset"), "choose-all"));
    $("#scope .chips").replaceChildren(...several);
    for (const each of document.querySelectorAll("#scope input[type=checkbox]")) each.checked = ids.includes(each.value);
  }

  function show() {
    if (!parts.documents.length) return;
    const label = say("scope_search");
    const search = parts.documents.length >= SEARCHED_FROM
      ? make("input", { type: "search", class: "scope-search", placeholder: label, "aria-label": label }) : "";
    const list = make("div", { class: "menu-box" }, search, make("div", { class: "options" }));
    const one = parts.documents.length < 2;
    $("#scope").replaceChildren(make("details", { class: `menu menu-up${one ? " one" : ""}` }, make("summary", {}), list), make("div", { class: "chips" }));
    options("");
    chips();
  }

  // The documents whose titles hold what is wanted, by folder.
  function options(wanted) {
    const found = parts.documents.filter((each) => each.title.toLowerCase().includes(wanted));
    const rows = [];
    let folder = "";
    for (const each of found.slice(0, LISTED)) {
      if (each.folder !== folder) rows.push(make("h3", {}, (folder = each.folder)));
      const box = make("input", { type: "checkbox", value: each.id });
      box.checked = chosen().includes(each.id);
      rows.push(make("label", {}, box, each.title));
    }
    if (found.length > LISTED) rows.push(make("p", { class: "faint" }, say("scope_more", { count: found.length - LISTED })));
    $("#scope .options").replaceChildren(...rows);
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches(".scope-search")) options(event.target.value.trim().toLowerCase());
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("#scope input[type=checkbox]")) return;
    const { value, checked } = event.target;
    choose(checked ? [...chosen(), value] : chosen().filter((id) => id !== value));
  });
  acts.unchoose = (target) => { choose(chosen().filter((id) => id !== target.dataset.doc)); $("#scope summary").focus(); };
  acts["choose-all"] = () => { choose([]); $("#scope summary").focus(); };

  return { show };
})();
