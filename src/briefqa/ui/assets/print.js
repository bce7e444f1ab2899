// Printing: every turn of the conversation is whole, whatever is a line on the screen.
(() => {
  const { acts, make, parts, say, talk } = briefqa;
  const line = (kind, text) => make("p", { class: kind }, text);

  // An answer as it was kept, for printing waits for no server.
  function card(turn) {
    const { answer } = turn;
    const inside = [];
    if (answer.searched !== answer.question) inside.push(line("faint", say("searched_as", { question: answer.searched })));
    if (turn.documents.length) inside.push(line("faint", say("scope_searched", { count: turn.documents.length, total: parts.total })));
    if (!answer.found) inside.push(line("refusal", say("not_found")));
    const quotes = answer.citations.map((each) => make("li", {},
      line("confidence", `${say("confidence")} ${Math.round(100 * (each.confidence || answer.confidence))}%`),
      make("blockquote", {}, make("span", { class: "quote" }, each.quote), ` [${each.number}]`),
      line("address", each.ocr ? `${each.address} · ${say("ocr")}` : each.address)));
    if (quotes.length) inside.push(make("ol", { class: "quotes", lang: "zh" }, ...quotes));
    if (answer.reason) inside.push(line("reason", answer.reason));
    return make("div", { class: `card ${turn.courtesy ? "courtesy" : answer.found ? "found" : "not-found"}` }, ...inside);
  }

  window.addEventListener("beforeprint", () => talk.unfold(card));
  window.addEventListener("afterprint", talk.fold);
  // By the page's button there is time for the server's own cards, which have tables as tables.
  acts.print = async () => {
    await talk.drawAll().catch(() => {});
    print();
  };
})();
