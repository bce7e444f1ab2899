// The list of conversations, and what is exported of one.
briefqa.talks = (() => {
  const { $, acts, call, say, make, button, store, talk, source } = briefqa;
  const TYPES = {
    docx: ["docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    markdown: ["md", "text/markdown;charset=utf-8"],
    csv: ["csv", "text/csv;charset=utf-8"],
    xlsx: ["xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  };
  const menu = () => $("#talks .menu-box");
  // Those with a title, the newest first: older pages kept cleared ones too, which have none.
  const newest = async () => (await store.talks()).filter((each) => each.title).sort((one, other) => other.at - one.at);

  async function count() {
    $("#talks-count").textContent = say("talks", { count: (await newest()).length });
  }

  async function list() {
    const all = await newest();
    const current = talk.talk().id;
    menu().replaceChildren(...all.map((each) => make("div", { class: "talk-line", "data-talk": each.id },
      make("button", { type: "button", class: "talk-name", "data-act": "show-talk", "aria-current": each.id === current ? "true" : null }, each.title),
      button(say("rename"), "rename-talk", { "aria-label": say("rename_label", { title: each.title }) }),
      button(say("delete"), "delete-talk", { "aria-label": say("delete_label", { title: each.title }) }))));
    if (!all.length) menu().append(make("p", { class: "faint" }, say("talks_none")));
  }

  const idOf = (target) => target.closest("[data-talk]").dataset.talk;
  const kept = async (id) => (await store.talks()).find((each) => each.id === id);

  async function go(id) {
    talk.notice("");
    source.reset();
    $("#question").focus(); // at once: when all is drawn somebody may be writing elsewhere
    await talk.show(id);
    await talk.arrive();
  }

  acts["new-talk"] = () => go(undefined);
  acts["show-talk"] = (target) => go(idOf(target));

  acts["rename-talk"] = (target) => {
    const line = target.closest(".talk-line");
    const input = make("input", { value: line.querySelector(".talk-name").textContent, "aria-label": say("rename"), maxlength: 80 });
    const form = make("form", { class: "talk-line", "data-talk": idOf(target) }, input, make("button", { class: "quiet" }, say("rename_save")));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const each = await kept(form.dataset.talk);
      if (each && input.value.trim()) {
        each.title = input.value.trim();
        await store.put("talks", each);
        if (each.id === talk.talk().id) { talk.talk().title = each.title; $("#talk-title").textContent = each.title; }
      }
      await list();
      $(`[data-talk="${form.dataset.talk}"] .talk-name`)?.focus();
    });
    line.replaceWith(form);
    input.focus();
    input.select();
  };

  acts["delete-talk"] = async (target) => {
    const id = idOf(target);
    const [gone, turns] = [await kept(id), await store.turns(id)];
    if (!gone) return list(); // another tab was before
    await Promise.all([store.drop("talks", gone), store.drop("turns", ...turns)]);
    talk.forget(id);
    talk.announce({ deleted: id });
    if (id === talk.talk().id) await go(undefined);
    await count();
    talk.notice(say("talk_deleted", { title: gone.title }), async () => {
      // Those that had no answer wait for none any more.
      const back = turns.map((each) => ({ ...each, state: each.answer ? "done" : "stopped" }));
      const there = new Set((await store.turns(id)).map((each) => each.id)); // another tab has kept it
      await Promise.all([store.put("talks", gone), store.put("turns", ...back.filter((each) => !there.has(each.id)))]);
      talk.announce({ kept: id });
      await go(id);
    });
  };

  acts.export = async (target) => {
    const [{ kind }, { title }] = [target.dataset, talk.talk()]; // another one may be shown when the file is there
    // Passages that were not quoted are not exported; without them a long conversation is small.
    const turns = talk.turns().filter((each) => each.answer)
      .map((each) => ({ ...talk.plain(each), answer: { ...each.answer, hits: [] } }));
    try {
      const { content } = await call("write_export", { kind, turns, page: location.href });
      const [suffix, type] = TYPES[kind];
      const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
      const url = URL.createObjectURL(new Blob([bytes], { type }));
      make("a", { href: url, download: `${title || "briefqa"}.${suffix}` }).click();
      URL.revokeObjectURL(url);
    } catch (error) {
      talk.notice(error.message);
    }
  };

  document.addEventListener("toggle", (event) => {
    if (event.target.id === "talks" && event.target.open) list();
  }, true);

  return { count };
})();
