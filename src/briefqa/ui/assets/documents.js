// The documents tab: its list is searched and sorted here, changes are asked of the server.
briefqa.documents = (() => {
  const { $, acts, call, persist, parts, redraw, say, talk } = briefqa;
  const tab = (number) => document.querySelectorAll("#tabs [role=tab]")[number];
  let following = false;
  let again = false;
  let sorted = { by: "", down: false };
  let asked = 0; // counts the lists that were asked for: the latest one wins

  // The tab is made when it is opened for the first time; until then there is nothing to show.
  async function show() {
    if (!$("#library")) return;
    $("#changes").hidden = !$("#drop");
    const { list, pictures, job, earlier } = await call("library_parts");
    $("#go-back").hidden = !earlier; // of a first build there is nothing to take back
    const wanted = $("#documents-search")?.value ?? "";
    redraw($("#library"), list, () => $("#library .table-scroll"));
    $("#pictures").innerHTML = pictures;
    if ($("#documents-search")) $("#documents-search").value = wanted;
    showJobs(job); // beside the list that its change made
    if (wanted || sorted.by) await rows();
  }

  // The rows that are searched for, in the order that was asked for.
  async function rows() {
    const mine = ++asked;
    const wanted = $("#documents-search")?.value ?? "";
    const got = await call("list_documents", { wanted, ...sorted });
    if (mine !== asked) return;
    redraw($("#library tbody"), got.rows, () => $("#library .table-scroll"));
    $("#documents-more").textContent = got.shown;
    for (const each of document.querySelectorAll("#library th")) {
      const by = each.querySelector(".sort")?.dataset.by;
      if (by && by === sorted.by) each.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      else each.removeAttribute("aria-sort");
    }
  }

  // What is under way, and what has ended; drawn only when something is new, so that focus stays.
  let drawn = "";
  function showJobs(html) {
    if (!$("#job") || (html === drawn && $("#job").childElementCount)) return;
    drawn = html;
    redraw($("#job"), html, () => $("#job button") ?? tab(1));
  }

  const tell = (text) => $("#changes-said")?.replaceChildren(text);
  const told = (error) => tell(error.message);

  // Ask how far the change is until it has ended, and for the model until it is there.
  async function follow() {
    again = true; // also when this is under way, and about to end
    if (following) return;
    following = true;
    try {
      let now = /** @type {Record<string, any>} */ ({ running: true });
      while (again || now.running || !now.settled) {
        const before = now;
        const seen = again ? {} : { seen: now.changes };
        again = false;
        let lost = false;
        const unheard = () => { lost = true; tell(say("retrying")); };
        now = await persist(() => call("follow_job", seen), unheard);
        // With the report of a change comes the list that it made.
        const news = ["running", "settled", "ready", "offered"].some((each) => before[each] !== now[each]);
        showJobs(now.job);
        if (news || now.build !== parts.build) await persist(briefqa.refresh, unheard);
        // A server that was started again knows nothing of what it was about to change.
        if (lost) tell(before.running && !now.running && !now.job ? say("change_lost") : "");
      }
    } catch (error) {
      talk.notice(error.message);
    } finally {
      following = false;
    }
  }

  async function change(what, data = {}) {
    $("#changes-said").replaceChildren();
    try {
      showJobs((await call("change_documents", { what, ...data })).job);
      await follow();
    } catch (error) {
      told(error);
    }
  }

  // What asks before it does something is closed again.
  function sure(target, what) {
    const box = target.closest("details");
    box.open = false;
    box.querySelector("summary").focus();
    return change(what);
  }

  acts.remove = (target) => change("remove", { doc: target.dataset.doc });
  acts.rebuild = (target) => sure(target, "rebuild");
  acts.rollback = (target) => sure(target, "rollback");
  acts["undo-job"] = (target) => change("rollback", { build: target.dataset.build, before: target.dataset.before });
  acts["cancel-job"] = (target) => change("cancel", { job: target.dataset.job });
  acts["dismiss-job"] = (target) => change("dismiss", { job: target.dataset.job });

  acts.sort = (target) => {
    const { by } = target.dataset;
    sorted = { by, down: sorted.by === by && !sorted.down };
    rows().catch(told);
  };
  document.addEventListener("input", (event) => {
    if (event.target.id === "documents-search") rows().catch(told);
  });

  // A document opened from the list is shown on the other tab.
  const leave = () => { if (!$("#ask").offsetParent) tab(0).click(); };

  Object.assign(briefqa, { follow });
  return { show, leave };
})();
