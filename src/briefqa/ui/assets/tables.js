// A quoted table that is wider than its card: its edges tell where there is more of it.
briefqa.tables = (() => {
  function edges(table) {
    const rest = table.scrollWidth - table.clientWidth - table.scrollLeft;
    table.parentElement.classList.toggle("more-before", table.scrollLeft > 1);
    table.parentElement.classList.toggle("more-after", rest > 1);
  }
  const watch = new ResizeObserver((all) => { for (const { target } of all) edges(target); });
  document.addEventListener("scroll", ({ target }) => { if (target.matches?.(".row-table")) edges(target); }, true);

  // After a card was drawn: the cell that answers is seen without scrolling.
  function fit(card) {
    for (const table of card.querySelectorAll(".row-table")) {
      const cell = table.querySelector(".asked-cell");
      if (cell) table.scrollLeft = cell.offsetLeft + cell.offsetWidth - table.clientWidth;
      watch.observe(table);
    }
  }
  return { fit };
})();
