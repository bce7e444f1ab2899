// The conversation that is shown, and the questions that wait. The truth is `turns`: each has an id,
// is changed in one place (`change`) and kept for itself, so nothing is ever written over.
briefqa.talk = (() => {
  const { $, acts, call, persist, say, make, button, remember, name, store, parts } = briefqa;
  const OPEN = 6; // newest turns that are shown whole; older ones are a line until they are pressed
  const CARDS = 8; // drawn in one call
  let talk = /** @type {Talk} */ (null);
  let turns = /** @type {Turn[]} */ ([]); // of this conversation
  let queue = /** @type {Turn[]} */ ([]); // of any conversation of this tab: they wait for their answer
  let asking = /** @type {Turn} */ (null); // the turn that is being answered
  let waited = new AbortController(); // for its answer: aborted when nobody does any more
  let editing = /** @type {Turn} */ (null); // the turn whose question is being changed
  let printed = /** @type {(turn: Turn) => Node} */ (null); // while everything is whole: the card of a turn that has none
  let lost = false; // another tab has deleted the conversation that is shown
  let set = ""; // the draft that editing put aside

  const field = () => $("#question");
  const box = (turn) => document.getElementById(`turn-${turn.id}`);
  const find = (/** @type {string} */ id) => turns.find((each) => each.id === id);
  const plain = (/** @type {Turn} */ { html: _html, unfolded: _open, quiet: _quiet, ...record }) => record;
  const byTime = (one, other) => one.at - other.at;
  const others = typeof BroadcastChannel === "function" ? new BroadcastChannel("briefqa") : null;

  // ---- changing it

  function change(turn, values) {
    Object.assign(turn, values);
    if (lost && turn.talk === talk.id) regain(); // what goes on in it keeps it
    store.put("turns", plain(turn));
    others?.postMessage(plain(turn));
    if (turn.talk === talk.id) draw(turn);
    $("#stop").hidden = !asking;
  }

  function ask(question, { documents = talk.documents, quiet = false, alone = false } = {}) {
    const text = question.trim();
    if (!text) return null;
    if (text.length > parts.limit) {
      const values = { length: text.length.toLocaleString("en"), limit: parts.limit.toLocaleString("en") };
      notice(say("too_long", values));
      return null;
    }
    notice("");
    if (editing) replace();
    const at = Math.max(Date.now(), (turns.at(-1)?.at ?? 0) + 1);
    /** @type {Turn} */
    const turn = { id: name(), talk: talk.id, at, question: text, documents: [...documents], state: "waiting", rating: "", quiet, alone };
    const own = follows();
    turns.push(turn);
    if (own) entitle();
    talk.at = at;
    store.put("talks", { ...talk });
    title();
    queue.push(turn);
    change(turn, {});
    refold();
    bring(turn);
    work();
    return turn;
  }

  // Bring a turn into view, its beginning first.
  function bring(turn) {
    const room = $("#talks-view").clientHeight;
    box(turn)?.scrollIntoView({ block: box(turn).offsetHeight > room ? "start" : "nearest" });
  }

  // Answer the waiting questions, one after the other.
  async function work() {
    if (asking) return;
    while ((asking = queue.shift())) {
      const turn = asking;
      const { signal } = (waited = new AbortController());
      change(turn, { state: "asking", error: "" });
      const before = turn.talk === talk.id ? turns : (await store.turns(turn.talk)).sort(byTime);
      const history = turn.alone ? [] : before.filter((each) => each.at < turn.at).slice(-6).map((each) => each.question);
      let values;
      try {
        const asked = { question: turn.question, history, documents: turn.documents };
        const got = await persist(() => call("ask_question", asked, signal), () => unheard(turn), signal);
        values = { state: "done", ...got, rating: "", error: "" };
      } catch (error) {
        values = { state: "failed", error: error.message };
      }
      if (asking === turn && !signal.aborted) answered(turn, values); // else it was stopped meanwhile
      else if (asking) return; // somebody else works on
    }
    $("#stop").hidden = true;
  }

  // The server does not answer: the question stays, and says so.
  function unheard(turn) {
    if (turn.error) return;
    change(turn, { error: say("retrying") });
    if (turn.talk === talk.id) $("#said").textContent = turn.error;
  }

  function answered(turn, values) {
    change(turn, values);
    if (values.build && values.build !== parts.build) briefqa.refresh().catch(() => {});
    if (turn.talk !== talk.id) return;
    if (turn.courtesy && follows()) settle(); // what was asked meanwhile names it
    if (turn === turns.at(-1)) bring(turn);
    const { answer } = turn;
    if (!answer) $("#said").textContent = say("error", { error: turn.error });
    else if (turn.courtesy) $("#said").textContent = say("said_courtesy");
    else if (answer.found) $("#said").textContent = say("said_found", { text: answer.citations[0].quote });
    else $("#said").textContent = say("said_missing", { text: answer.reason });
    if (!turn.quiet) prove(turn);
  }

  // Open the source of an answer beside it, where there is room.
  function prove(turn) {
    const card = box(turn)?.querySelector(".card[data-doc]");
    if (!briefqa.source.wide() || turn.courtesy) return;
    if (card) briefqa.source.open({ doc: card.dataset.doc, at: card.dataset.at, turn: turn.id });
    else briefqa.source.outlived();
  }

  function stop() {
    const turn = asking;
    if (!turn) return;
    asking = null;
    waited.abort();
    change(turn, { state: "stopped", error: "" });
    work();
  }

  // Take turns out, and offer to put them back.
  function remove(gone, text) {
    const place = briefqa.source.shown();
    const ids = new Set(gone.map((each) => each.id));
    queue = queue.filter((each) => !ids.has(each.id));
    if (asking && ids.has(asking.id)) stop();
    const [own, before] = [follows(), { ...talk }];
    turns = turns.filter((each) => !ids.has(each.id));
    for (const each of gone) box(each)?.remove();
    store.drop("turns", ...gone);
    if (own) entitle();
    keep();
    title();
    if (place && ids.has(place.turn)) briefqa.source.reset();
    notice(text, async () => {
      const back = gone.map((each) => ({ ...each, state: each.answer ? "done" : "stopped" }));
      const there = (await store.talks()).some((each) => each.id === before.id);
      await Promise.all([store.put("turns", ...back.map(plain)), there || store.put("talks", before)]);
      others?.postMessage({ kept: before.id });
      await show(before.id);
      if (follows()) settle();
      if (place) briefqa.source.open(place);
    });
  }

  // A conversation is called by its first question, which a greeting is not, until somebody renames it.
  const called = ({ question }) => (question.length > 40 ? `${question.slice(0, 40)}…` : question);
  const follows = () => !talk.title || turns.some((each) => called(each) === talk.title);
  const entitle = () => { talk.title = turns.length ? called(turns.find((each) => !each.courtesy) ?? turns[0]) : ""; };

  // Name the conversation anew.
  function settle() {
    entitle();
    keep();
    title();
  }

  // What is chosen for the conversation stays, but brings none back that another tab has deleted; one without a
  // question and a name of its own is in no list, only its tab remembers what it asks.
  function keep() {
    remember.set("session", `scope-${talk.id}`, JSON.stringify(talk.documents));
    if (!lost) store[talk.title ? "put" : "drop"]("talks", { ...talk });
  }

  function replace() {
    const gone = turns.slice(turns.indexOf(editing));
    edit(null);
    remove(gone, say("turns_replaced", { count: gone.length }));
  }

  function edit(turn) {
    if (turn && !editing) set = field().value;
    if (turn || editing) type(turn ? turn.question : set);
    editing = turn;
    if (!turn) return notice("");
    notice(say("editing", { number: turns.indexOf(turn) + 1 }), () => edit(null), "cancel");
    field().focus();
  }

  // ---- drawing it

  function draw(turn) {
    const old = box(turn);
    const article = make("article", { class: "turn", id: `turn-${turn.id}` }, ...inside(turn));
    const held = old?.contains(document.activeElement) ? document.activeElement.dataset.act : "";
    if (old) old.replaceWith(article);
    else $("#log").insertBefore(article, turns.filter((each) => each.at > turn.at).map(box).find(Boolean) ?? null);
    if (turn.state === "done" && !folded(turn)) {
      if (turn.html) article.querySelector(".body").innerHTML = turn.html;
      else if (printed) article.querySelector(".body").replaceChildren(printed(turn));
    }
    briefqa.tables.fit(article);
    $("#talk").classList.toggle("begun", turns.length > 0);
    if (held) (article.querySelector(`[data-act=${held}]`) ?? article.querySelector("button"))?.focus({ preventScroll: true });
  }

  const folded = (turn) => turn.answer && !printed && !turn.unfolded && turns.indexOf(turn) < turns.length - OPEN;

  function inside(turn) {
    const number = turns.indexOf(turn) + 1;
    const heading = make("h2", { class: "visually-hidden" }, say("turn_label", { number }));
    if (folded(turn)) {
      const short = turn.courtesy ? "" : turn.answer.found ? turn.answer.citations[0].quote : say("not_found");
      return [heading, make("button", { type: "button", class: "folded", "data-act": "unfold", title: say("unfold") },
        make("b", {}, turn.question), make("span", { class: "faint" }, short))];
    }
    const change = button(say("edit"), "edit", { "aria-label": say("edit_label", { question: turn.question }).slice(0, 120) });
    const at = make("time", { class: "on-paper" }, briefqa.day(turn.at));
    const asked = make("div", { class: "question" }, make("p", { class: "asked" }, turn.question), at, change);
    return [heading, asked, make("div", { class: "body" }, waits(turn))];
  }

  function waits(turn) {
    const spin = make("span", { class: "spin", "aria-hidden": "true" });
    if (turn.state === "waiting") return make("div", { class: "card pending" }, say("waiting"));
    if (turn.state === "asking" || turn.state === "done") return make("div", { class: "card pending" }, spin, turn.error || say("asking"));
    const text = turn.state === "failed" ? say("error", { error: turn.error }) : say("stopped");
    const all = turn.state === "failed" && turn.documents.length ? button(say("ask_all"), "ask-all") : "";
    return make("div", { class: "card stopped" }, make("p", {}, text), button(say("retry"), "retry"), " ", all);
  }

  // After a new question the oldest open turn becomes a line.
  function refold() {
    for (const turn of turns.slice(0, -OPEN)) if (!box(turn)?.querySelector(".folded")) draw(turn);
  }

  // Everything whole, for printing; the cards that the server has not drawn are what `card` makes of a turn.
  function unfold(card) {
    printed = card;
    for (const turn of turns) if (box(turn)?.querySelector(".folded, .card.pending")) draw(turn);
  }

  function fold() {
    printed = null;
    for (const turn of turns) if (folded(turn) || (turn.state === "done" && !turn.html)) draw(turn);
  }

  // Have the server draw the cards of kept turns.
  async function drawCards(wanted) {
    for (let first = 0; first < wanted.length; first += CARDS) {
      const some = wanted.slice(first, first + CARDS);
      const { html } = await call("draw_turns", { turns: some.map(plain) });
      for (const turn of some) {
        if (html[turn.id]) turn.html = html[turn.id];
        else change(turn, { state: "stopped", answer: null });
        if (turn.talk === talk.id) draw(turn);
      }
    }
  }

  // ---- what stands around it

  // One sentence above the field that stays until it is dismissed; `undo` takes back what it tells.
  function notice(text, undo, key = "undo") {
    acts.undo = () => { notice(""); undo?.(); };
    const again = undo ? button(say(key), "undo") : null;
    $("#notice").replaceChildren(...(text ? [text, again, key === "undo" ? button("✕", "dismiss", { "aria-label": say("dismiss") }) : null].filter(Boolean) : []));
  }

  function type(text) {
    field().value = text;
    draft();
  }
  const draft = () => remember.set("session", `draft-${talk.id}`, editing ? set : field().value);

  function title() {
    $("#talk-title").textContent = talk.title || say("untitled");
    briefqa.talks.count();
  }

  // Show a conversation of this browser, or a new one.
  async function show(id) {
    edit(null);
    lost = false;
    const first = !talk;
    const kept = (await store.talks()).find((each) => each.id === id);
    const [read, mine] = [kept ? await store.turns(id) : [], new Set(turns.map((each) => each.id))];
    const documents = JSON.parse((id && remember.get("session", `scope-${id}`)) || "[]");
    talk = { title: "", documents, at: Date.now(), ...kept, id: id ?? name() };
    const running = [asking, ...queue].filter((each) => each && each.talk === talk.id);
    // Turns that are under way here are the same objects, whatever was read.
    turns = read.map((each) => running.find((one) => one.id === each.id) ?? (mine.has(each.id) ? find(each.id) ?? each : each)).sort(byTime);
    remember.set("session", "talk", talk.id);
    // What was typed while the page was still being made stays.
    if (!first || !field().value) field().value = remember.get("session", `draft-${talk.id}`) ?? "";
    $("#log").replaceChildren();
    $("#talk").classList.toggle("begun", turns.length > 0);
    for (const turn of turns) draw(turn);
    title();
    briefqa.scope.show();
    await drawCards(turns.filter((each) => each.state === "done" && !each.html && !folded(each))).catch((error) => notice(error.message));
    if (turns.length) bring(turns.at(-1));
  }

  // Keep a conversation that another tab has deleted: all of it is still here.
  async function regain() {
    lost = false;
    await Promise.all([store.put("talks", { ...talk }), store.put("turns", ...turns.map(plain))]);
    others?.postMessage({ kept: talk.id });
    title();
  }

  // Another tab has deleted a conversation.
  function losing(id) {
    if (id !== talk?.id) return forget(id);
    if ([asking, ...queue].some((each) => each?.talk === id)) {
      regain();
      return notice(say("talk_kept"));
    }
    lost = true;
    return notice(say("talk_lost"), () => lost && regain());
  }

  function forget(gone) {
    queue = queue.filter((each) => each.talk !== gone);
    if (asking?.talk !== gone) return;
    asking = null;
    waited.abort();
    work();
  }

  // Another tab has deleted or brought back a conversation, or changed a turn of the one that is shown here.
  if (others) others.onmessage = ({ data }) => {
    if (data.deleted || data.kept) briefqa.talks.count();
    if (data.deleted) return losing(data.deleted);
    if (data.kept) {
      if (lost && data.kept === talk.id) notice("");
      lost &&= data.kept !== talk.id;
      return;
    }
    if (data.talk !== talk?.id || asking?.id === data.id) return;
    const turn = find(data.id);
    if (turn) Object.assign(turn, data, { html: "" });
    else turns.push(data);
    turns.sort(byTime);
    draw(find(data.id));
    if (data.state === "done") drawCards([find(data.id)]).catch(() => {});
  };

  // The page is there: the conversation of this tab, and what was waiting when it was left.
  async function begin() {
    await show(remember.get("session", "talk") ?? undefined);
    const left = turns.filter((each) => each.state === "waiting" || each.state === "asking");
    queue.push(...left);
    field().addEventListener("input", draft);
    if (briefqa.source.wide()) field().focus();
    work();
    if (early) send();
  }

  // What the address asks for: ?q=…&doc=…&at=start-end
  async function arrive() {
    const query = new URLSearchParams(location.search);
    const [question, doc, at] = ["q", "doc", "at"].map((each) => query.get(each)?.trim());
    let turn = question ? turns.findLast((each) => each.question === question) : null;
    if (question && !turn) turn = ask(question, { documents: [], quiet: Boolean(doc) });
    if (doc) await briefqa.source.open({ doc, at, turn: turn?.id }, { remember: false });
    else if (turns.at(-1)?.html) prove(turns.at(-1));
  }

  let early = false; // Enter was pressed before the conversation was there
  function send() {
    if (!talk) return void (early = true);
    const kept = editing ? set : ""; // the draft that was put aside is written on
    if (ask(field().value)) type(kept);
  }

  const turnOf = (target) => find(target.closest(".turn").id.replace("turn-", ""));
  acts.example = (target) => ask(target.dataset.question);
  acts.stop = stop;
  acts.edit = (target) => edit(turnOf(target));
  acts.dismiss = () => notice("");
  acts.retry = (target) => { const turn = turnOf(target); queue.push(turn); change(turn, { state: "waiting" }); work(); field().focus(); };
  acts["ask-all"] = (target) => ask(turnOf(target).question, { documents: [] });
  acts["ask-alone"] = (target) => ask(turnOf(target).question, { documents: turnOf(target).documents, alone: true });
  acts.unfold = async (target) => {
    const turn = turnOf(target);
    turn.unfolded = true;
    draw(turn);
    box(turn).querySelector("[data-act=edit]").focus(); // before the card is there: then the focus may be elsewhere
    if (!turn.html) await drawCards([turn]).catch((error) => notice(error.message));
  };
  acts.clear = () => {
    if (turns.length) remove([...turns], say("turns_deleted", { count: turns.length }));
    $("#talk").classList.remove("begun");
    briefqa.source.reset();
    field().focus();
  };
  acts.rate = async (target) => {
    const turn = turnOf(target);
    const { value, quote } = target.dataset;
    const before = turn.rating;
    const rating = turn.rating = before === value ? "" : value;
    try {
      const { html } = await call("keep_rating", { turn: plain(turn), quote });
      if (turn.rating === rating) change(turn, { html }); // else another verdict was given meanwhile
    } catch (error) {
      if (turn.rating === rating) turn.rating = before;
      notice(error.message);
    }
    if (document.activeElement === document.body) box(turn)?.querySelector(`[data-act=rate][data-value="${value}"]`)?.focus();
  };

  return {
    unfold, fold,
    drawAll: () => drawCards(turns.filter((each) => each.state === "done" && !each.html)),
    begin, arrive, send, show, edit, notice, type, plain, keep,
    turn: find,
    turns: () => turns,
    talk: () => talk,
    editing: () => editing,
    forget,
    announce: (news) => others?.postMessage(news),
  };
})();
