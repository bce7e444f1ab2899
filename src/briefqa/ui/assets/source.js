// The source beside the answer (on a phone: over it), and the browser's history of it.
briefqa.source = (() => {
  const { $, acts, button, call, make, parts, say } = briefqa;
  const narrow = matchMedia("(max-width: 56rem)");
  let shown = null; // the place that is open: { doc, at, view, page, turn }
  let version = ""; // of its document as it was when it was opened
  let asked = 0; // counts openings: the latest one wins
  let opening = 0; // the one that is under way
  let opener = null; // what opened it, to give the focus back to

  // How far `part` lies below the upper edge of `box`, in pixels. (scrollIntoView would move the
  // whole page as well.)
  const above = (part, box) => part.getBoundingClientRect().top - box.getBoundingClientRect().top;
  const link = (place) => {
    const question = briefqa.talk.turn(place.turn)?.question;
    return `?${new URLSearchParams({ ...(question && { q: question }), doc: place.doc, at: place.at })}`;
  };

  // What must be known of what is open, above it, and what can be done about it; "" for nothing.
  function tell(text, ...also) {
    $("#source .told")?.remove();
    if (shown && text) $("#source .source-head")?.prepend(make("p", { class: "told", role: "status" }, text, ...also));
  }

  // The newest answer has none to show: what is open belongs to another question.
  const outlived = () => tell(say("source_earlier"));

  // A document that is open may have been removed or replaced meanwhile. What is being read stays until its reader
  // wants the new one.
  async function check() {
    const place = shown;
    if (!place) return;
    const { versions } = await call("find_documents", { chosen: [place.doc] });
    if (shown !== place) return;
    if (!versions[place.doc]) await open(place, { remember: false });
    else if (versions[place.doc] !== version) tell(say("source_replaced"), " ", button(say("source_anew"), "anew"));
  }

  // The same place of the document as it is now: an answer's sentence is looked for there, other places are none.
  acts.anew = () => shown && open({ ...shown, at: shown.turn ? shown.at : "0-0" }, { focus: true });

  // Show a place. `focus` moves the focus to it; `remember: false` leaves the history alone.
  async function open(place, { focus = false, remember = true } = {}) {
    const mine = opening = ++asked;
    const turn = briefqa.talk.turn(place.turn);
    const view = place.view ?? (narrow.matches ? "text" : undefined);
    let got;
    if (shown?.turn !== place.turn) tell(say("source_opening")); // what stands there till then is another answer's
    try {
      got = await call("open_place", { ...place, view, turn: turn && briefqa.talk.plain(turn) });
    } catch (error) {
      if (mine === asked && shown?.turn !== place.turn) outlived();
      return briefqa.talk.notice(error.message);
    } finally {
      if (mine === opening) opening = 0;
    }
    if (mine !== asked) return;
    if (remember) {
      const state = { place, pushed: Boolean(history.state?.pushed) || !shown };
      history[shown ? "replaceState" : "pushState"](state, "", link(place));
    }
    shown = place;
    version = got.version;
    $("#source").innerHTML = got.html;
    document.body.classList.add("source-open");
    const column = $("#source");
    const mark = column.querySelector(".sentence, .target");
    const cell = column.querySelector("mark.cell");
    column.scrollTop = mark ? column.scrollTop + above(cell ?? mark, column) - column.clientHeight / 3 : 0;
    if (focus) column.querySelector(".source-title")?.focus({ preventScroll: true });
  }

  // Nothing is open: offer the documents.
  function empty() {
    asked++;
    shown = null;
    document.body.classList.remove("source-open");
    $("#source").innerHTML = parts.source ?? "";
    $("#source").scrollTop = 0;
  }

  // Close it as Back would, so that Back does not open it again.
  function close() {
    if (!shown) return;
    const pushed = history.state?.pushed;
    empty();
    if (pushed) history.back();
    else history.replaceState(null, "", location.pathname);
    if (opener?.offsetParent) {
      opener.focus({ preventScroll: true });
      opener.closest(".citing")?.classList.add("hushed"); // its card would cover what was being read
    } else $("#question").focus();
    opener = null;
  }

  // The address without a place, for a conversation that is gone.
  function reset() {
    empty();
    history.replaceState(history.state?.pushed ? { pushed: true } : null, "", location.pathname);
  }

  window.addEventListener("popstate", (event) => {
    if (event.state?.place) open(event.state.place, { remember: false });
    else empty();
  });

  acts.open = (target) => {
    // Selecting words of a quote is not asking for its source.
    if (target.matches(".quote") && !getSelection().isCollapsed) return;
    const inside = $("#source").contains(target);
    if (!inside) opener = target;
    target.closest(".citing")?.classList.add("hushed"); // its card would cover what is read beside the source
    const { doc, at, view, page } = target.dataset;
    const turn = inside ? shown?.turn : target.closest(".turn")?.id.replace("turn-", "");
    briefqa.documents.leave();
    open({ doc, at, view: view ?? (inside ? shown?.view : undefined), page, turn }, { focus: true });
  };
  acts.close = close;
  acts.jump = (target) => {
    const column = $("#source");
    $(".outline").open = false;
    $(".outline summary").focus({ preventScroll: true }); // the entry is out of sight
    column.scrollTop += above(document.getElementById(target.dataset.to), column) - $(".source-head").offsetHeight - 8;
  };

  let zoom = 1; // of page images, of the panel's width
  acts.zoom = (target) => {
    zoom = Math.min(3, Math.max(0.5, zoom + Number(target.dataset.by) / 4));
    $("#source").style.setProperty("--zoom", zoom);
  };
  document.addEventListener("change", (event) => {
    if (!event.target.matches(".page-field") || !event.target.reportValidity()) return;
    const { doc, at } = event.target.dataset;
    const inside = $("#source").contains(document.activeElement);
    const opened = open({ doc, at, view: "page", page: event.target.value, turn: shown?.turn });
    if (inside) opened.then(() => $(".page-field")?.focus({ preventScroll: true })); // there the next one is asked for
  });

  return {
    open, close, reset, check, outlived,
    shown: () => shown,
    offer: () => shown || opening || empty(), // what is being opened comes in its place
    wide: () => !narrow.matches,
  };
})();
