// Printing: every turn of the conversation is whole, whatever is a line on the screen.
(() => {
  const { $, acts, day, make, parts, say, talk } = briefqa;
  const line = (kind, text) => make("p", { class: kind }, text);

  // An answer as it was kept, for printing waits for no server.
  function card(turn) {
    const { answer } = turn;
    const inside = [];
    if (answer.searched !== answer.question) inside.push(line("faint", say("searched_as", { question: answer.searched })));
    if (turn.documents.length) inside.push(line("faint", say("scope_searched", { count: turn.documents.length, total: parts.total })));
    if (!answer.found) inside.push(line("refusal", say("not_found")));
    const quotes = answer.citations.map((each, n) => make("li", {},
      line("confidence", `${say("confidence")} ${Math.round(100 * (each.confidence || answer.confidence))}%`),
      make("blockquote", {}, make("span", { class: "quote" }, each.quote), ` [${each.number}]`),
      line("address", each.ocr ? `${each.address} · ${say("ocr")}` : each.address),
      line("reference on-paper", turn.references?.[n] ?? "")));
    if (quotes.length) inside.push(make("ol", { class: "quotes", lang: "zh" }, ...quotes));
    if (answer.reason) inside.push(line("reason", answer.reason));
    return make("div", { class: `card ${turn.courtesy ? "courtesy" : answer.found ? "found" : "not-found"}` }, ...inside);
  }

  // What heads the paper, and names the file where it is one.
  let named = "";
  function begin() {
    talk.unfold(card);
    const title = talk.turns().length ? talk.talk().title : "";
    if (!title || named) return;
    named = document.title;
    document.title = title;
    const dated = [say("printed_dated", { date: day(Date.now()) }), say("export_basis")].join(" · ");
    $("#talks-view").prepend(make("header", { id: "paper", class: "on-paper" }, make("h1", {}, title), line("faint", dated)));
  }
  function end() {
    talk.fold();
    $("#paper")?.remove();
    if (named) document.title = named;
    named = "";
  }
  window.addEventListener("beforeprint", begin);
  window.addEventListener("afterprint", end);
  // By the page's button there is time for the server's own cards, which have tables as tables.
  acts.print = async () => {
    await talk.drawAll().catch(() => {});
    print();
  };
})();
