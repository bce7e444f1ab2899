// The documents tab: its list is searched and sorted here, changes are asked of the server.
briefqa.documents = (() => {
  const { $, acts, call, parts, say, remember, talk } = briefqa;
  const tab = (number) => document.querySelectorAll("#tabs [role=tab]")[number];
  let following = false;
  let wanted = false;
  let sorted = { by: "title", down: false };

  // The tab is made when it is opened for the first time; until then there is nothing to show.
  async function show() {
    if (!$("#library")) return;
    $("#changes").hidden = !$("#drop");
    const { list, pictures, job } = await call("library_parts");
    $("#library").innerHTML = list;
    $("#pictures").innerHTML = pictures;
    showJob(job);
  }

  // A report stays until it is dismissed.
  function showJob(html) {
    if (!$("#job")) return;
    $("#job").innerHTML = html;
    const number = $("#job .report")?.dataset.job;
    if (number && number === remember.get("session", "dismissed")) $("#job").replaceChildren();
  }

  // Ask how far the change is until it has ended, and for the model until it is there.
  async function follow() {
    wanted = true; // also when this is under way, and about to end
    if (following) return;
    following = true;
    try {
      let now = { running: true };
      while (wanted || now.running || !now.settled) {
        const before = now;
        const at_once = wanted;
        wanted = false;
        now = await call("follow_job", { at_once });
        // With the report of a change comes the list that it made.
        const news = ["running", "settled", "ready"].some((each) => before[each] !== now[each]);
        if (news || now.build !== parts.build) await briefqa.refresh();
        showJob(now.job);
      }
    } catch (error) {
      talk.notice(error.message);
    } finally {
      following = false;
    }
  }

  async function change(what, data = {}) {
    try {
      showJob((await call("change_documents", { what, ...data })).job);
      remember.set("session", "dismissed", "");
      await follow();
    } catch (error) {
      $("#job").textContent = error.message;
    }
  }

  acts.remove = (target) => change("remove", { doc: target.dataset.doc });
  acts.rebuild = (target) => { target.closest("details").open = false; change("rebuild"); };
  acts.rollback = (target) => { target.closest("details").open = false; change("rollback"); };
  acts["undo-job"] = () => change("rollback");
  acts["cancel-job"] = () => change("cancel");
  acts["dismiss-job"] = (target) => {
    remember.set("session", "dismissed", target.dataset.job);
    $("#job").replaceChildren();
  };

  acts.sort = (target) => {
    const { by } = target.dataset;
    sorted = { by, down: sorted.by === by && !sorted.down };
    const value = (row) => row.dataset[by];
    const numbers = by === "pages" || by === "size";
    const order = (one, other) => numbers ? value(one) - value(other) : value(one).localeCompare(value(other), "zh");
    const body = $("#library tbody");
    body.append(...[...body.rows].sort((one, other) => (sorted.down ? -1 : 1) * order(one, other)));
    for (const each of document.querySelectorAll("#library th")) each.removeAttribute("aria-sort");
    target.closest("th").setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
  };

  document.addEventListener("input", (event) => {
    if (event.target.id !== "documents-search") return;
    const wanted = event.target.value.trim().toLowerCase();
    const rows = [...$("#library tbody").rows];
    for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
    const shown = rows.filter((row) => !row.hidden).length;
    $("#documents-shown").textContent = wanted ? say("documents_shown", { shown, total: rows.length }) : "";
  });

  // A document opened from the list is shown on the other tab.
  const leave = () => { if (!$("#ask").offsetParent) tab(0).click(); };

  Object.assign(briefqa, { follow });
  return { show, leave };
})();
