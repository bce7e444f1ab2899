// The keyboard: Enter, Shift+Enter, ↑ ↓, /, Esc. While an input method composes, keys are its own.
(() => {
  const { $, talk, source } = briefqa;
  let recalled = 0; // how many questions ↑ has gone back

  function recall(event, step) {
    const asked = talk.turns().map((each) => each.question);
    const next = recalled + step;
    if (next < 0 || next > asked.length) return;
    event.preventDefault();
    recalled = next;
    talk.type(next ? asked[asked.length - next] : "");
  }

  function inField(event) {
    const field = event.target;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      recalled = 0;
      talk.send();
    }
    if (event.key === "ArrowUp" && (!field.value || recalled)) recall(event, 1);
    if (event.key === "ArrowDown" && recalled) recall(event, -1);
  }

  // What Esc leaves, innermost first.
  function leave() {
    const open = document.querySelector(".menu[open]");
    const peeking = document.querySelector(".citing:is(:hover, :focus-within):not(.hushed)");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else if (talk.editing()) talk.edit(null);
    else if (source.shown()) source.close();
    else peeking?.classList.add("hushed");
  }

  // Gradio gives its tabs no arrows.
  function toTab(from, step) {
    const tabs = [...document.querySelectorAll("#tabs [role=tab]")];
    tabs[(tabs.indexOf(from) + step + tabs.length) % tabs.length].focus();
  }

  document.addEventListener("keydown", (event) => {
    // 229: Safari ends a composition before it tells of the key.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.target.id === "question") inField(event);
    const typing = event.target.matches?.("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && $("#question")?.offsetParent) {
      event.preventDefault();
      $("#question").focus();
    }
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && event.target.matches?.("#tabs [role=tab]")) toTab(event.target, step);
    if (event.key === "Escape") leave();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "composer") return;
    event.preventDefault();
    recalled = 0;
    talk.send();
  });
  for (const leaving of ["pointerout", "focusout"]) {
    document.addEventListener(leaving, (event) => {
      const peek = event.target.closest?.(".hushed");
      if (leaving === "pointerout" || !peek?.matches(":hover")) peek?.classList.remove("hushed");
    });
  }
})();
