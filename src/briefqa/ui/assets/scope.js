// Which documents are asked: chips above the field, and a list to choose from.
briefqa.scope = (() => {
  const { $, acts, call, parts, remember, say, make, button, talk } = briefqa;
  const SEARCHED_FROM = 8; // documents; fewer are found by looking
  const CHIPS = 3;
  const titles = {}; // id → title, null for a document that is no more; those that were asked for
  let asked = 0; // counts the lists that were asked for: the latest one wins
  const chosen = () => talk.talk().documents;
  const held = () => chosen().filter((id) => titles[id]);

  function choose(documents) {
    talk.talk().documents = [...new Set(documents)];
    talk.keep();
    chips().catch(told);
  }

  // What is chosen now. A chip takes its document out; one that was removed from the index says so.
  async function chips() {
    const unknown = chosen().filter((id) => !(id in titles));
    if (unknown.length) Object.assign(titles, (await call("find_documents", { chosen: unknown })).titles);
    const [ids, total] = [chosen(), parts.total];
    $("#scope").hidden = total < 2 && !ids.length; // of one document there is nothing to choose
    const some = say("scope_some", { count: held().length, total });
    $("#scope summary").textContent = ids.length ? some : say("scope_all", { total });
    const shown = ids.length > CHIPS ? 1 : CHIPS; // one line, whatever is chosen
    const several = ids.slice(0, shown).map((id) => {
      const title = titles[id] ?? say("scope_removed", { title: id });
      const kind = `chip${titles[id] ? "" : " gone"}`;
      return make("button", { type: "button", class: kind, "data-act": "unchoose", "data-doc": id, title }, make("span", {}, title), make("b", {}, "✕"));
    });
    if (ids.length > shown) several.push(make("span", { class: "faint" }, `+${ids.length - shown}`));
    if (ids.length) several.push(button(say("scope_reset"), "choose-all"));
    $("#scope .chips").replaceChildren(...several);
    for (const each of document.querySelectorAll("#scope input[type=checkbox]")) {
      each.checked = each.value ? ids.includes(each.value) : group(each).every((id) => ids.includes(id));
    }
  }

  const group = (box) => JSON.parse(box.dataset.ids);

  // After the documents or the conversation have changed.
  function show() {
    for (const id of Object.keys(titles)) delete titles[id];
    const label = say("scope_search");
    const search = parts.total >= SEARCHED_FROM
      ? make("input", { type: "search", class: "scope-search", placeholder: label, "aria-label": label }) : "";
    const list = make("div", { class: "menu-box" }, search, make("div", { class: "options" }, "…"));
    $("#scope").replaceChildren(make("details", { class: "menu menu-up", id: "scope-menu" }, make("summary", {}), list), make("div", { class: "chips" }));
    return chips();
  }

  // The documents that hold what is wanted, by the grouping that was chosen last.
  async function options() {
    const mine = ++asked;
    const wanted = $(".scope-search")?.value ?? "";
    const found = await call("find_documents", { wanted, by: remember.get("local", "group") });
    if (mine !== asked) return;
    const rows = found.groupings.length < 2 ? [] : [make("p", { class: "groupings", role: "group", "aria-label": say("group_by") },
      ...found.groupings.map((each) => button(say(`group_${each}`), "group-by", { "data-by": each, "aria-pressed": String(each === found.by) })))];
    for (const each of found.groups) {
      for (const { id, title } of each.documents) titles[id] = title;
      rows.push(heading(each, found.by));
      rows.push(...each.documents.map(({ id, title }) => make("label", {}, make("input", { type: "checkbox", value: id }), make("span", {}, title))));
    }
    if (found.more > 0) rows.push(make("p", { class: "faint" }, say("scope_more", { count: found.more })));
    $("#scope .options").replaceChildren(...rows);
    await chips();
  }

  // The name of a group, with a box for all of it.
  function heading({ name, ids, count }, by) {
    if (!by) return "";
    const named = name || say("group_none");
    if (!ids.length) return make("h3", {}, named);
    const label = say("group_pick_label", { name: named, count });
    const box = make("input", { type: "checkbox", value: "", "data-ids": JSON.stringify(ids), "aria-label": label });
    return make("h3", {}, make("label", {}, box, make("span", {}, named), make("span", { class: "faint" }, say("group_pick", { count }))));
  }

  const told = (error) => talk.notice(error.message);
  document.addEventListener("input", (event) => {
    if (!event.target.matches(".scope-search")) return;
    const wanted = event.target.value.trim().toLowerCase();
    // What does not hold it goes at once; what else does comes from the server.
    for (const each of document.querySelectorAll("#scope .options > label")) each.hidden = !each.textContent.toLowerCase().includes(wanted);
    options().catch(told);
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.id === "scope-menu" && event.target.open) options().catch(told);
  }, true);
  document.addEventListener("change", (event) => {
    if (!event.target.matches("#scope input[type=checkbox]")) return;
    const { value, checked } = event.target;
    const ids = value ? [value] : group(event.target);
    choose(checked ? [...chosen(), ...ids] : chosen().filter((id) => !ids.includes(id)));
  });
  acts["group-by"] = async (target) => {
    const { by } = target.dataset;
    remember.set("local", "group", by);
    await options().catch(told);
    $(`.groupings [data-by=${by}]`)?.focus();
  };
  acts.unchoose = (target) => { choose(chosen().filter((id) => id !== target.dataset.doc)); $("#scope summary").focus(); };
  acts["choose-all"] = () => { choose([]); $("#scope summary").focus(); };

  return { show: () => show().catch(told) };
})();
