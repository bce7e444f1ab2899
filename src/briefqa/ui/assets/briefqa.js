// What the page does without asking the server: copying, keys, scrolling, theme. Everything else
// is sent to Python with `trigger(name, data)`. Buttons say what they do in `data-act`.
window.briefqa = (() => {
  const THEME = "briefqa-theme";
  const $ = (selector) => document.querySelector(selector);
  const input = () => $("#question textarea");
  let opener = null; // what opened the source, to give the focus back to
  let recalled = 0; // how many questions ↑ has gone back

  // How far `part` lies below the upper edge of `box`, in pixels. (scrollIntoView would move the
  // whole page as well.)
  const above = (part, box) => part.getBoundingClientRect().top - box.getBoundingClientRect().top;

  async function copy(button, text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without HTTPS, browsers allow the clipboard on 127.0.0.1 only.
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const words = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = words), 1500);
  }

  const local = {
    copy: (button) => copy(button, button.dataset.text),
    link: (button) => copy(button, new URL(button.dataset.query, location.href).href),
    jump: (button) => {
      const column = $("#source-column");
      const head = $(".source-head").offsetHeight;
      $(".outline").open = false;
      column.scrollTop += above(document.getElementById(button.dataset.to), column) - head - 8;
    },
    theme: () => {
      const dark = document.body.classList.toggle("dark");
      localStorage.setItem(THEME, dark ? "dark" : "light");
    },
  };

  // Clicks inside one HTML component.
  function listen(element, trigger) {
    element.addEventListener("click", (event) => {
      const target = event.target.closest("[data-act]");
      if (!target || !element.contains(target)) return;
      const act = target.dataset.act;
      if (local[act]) return local[act](target);
      if (act === "open") opener = target;
      if (act === "close") closed();
      trigger(act, { ...target.dataset });
    });
  }

  // The source panel has new content.
  function shown(element) {
    const root = element.querySelector(".source-open");
    document.body.classList.toggle("source-open", Boolean(root));
    if (!root) return;
    if (root.dataset.link) history.replaceState(null, "", root.dataset.link);
    requestAnimationFrame(() => {
      const column = $("#source-column");
      const mark = root.querySelector(".sentence, .target");
      column.scrollTop = mark ? column.scrollTop + above(mark, column) - column.clientHeight / 3 : 0;
      root.querySelector(".source-title")?.focus({ preventScroll: true });
    });
  }

  function closed() {
    document.body.classList.remove("source-open");
    history.replaceState(null, "", location.pathname);
    if (opener?.isConnected) opener.focus();
    else input()?.focus();
  }

  // The conversation has new content: bring its newest question into view.
  let state = "";
  function talked(element) {
    const talk = element.querySelector(".talk");
    recalled = 0;
    for (const cell of element.querySelectorAll(".row-table .asked-cell")) {
      const box = cell.closest(".row-table"); // the cell that answers is seen without scrolling
      box.scrollLeft = cell.offsetLeft + cell.offsetWidth - box.clientWidth;
    }
    if (!talk || talk.dataset.state === state) return;
    state = talk.dataset.state;
    requestAnimationFrame(() => talk.lastElementChild?.scrollIntoView({ block: "nearest" }));
  }

  function type(text) {
    const area = input();
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.setSelectionRange(text.length, text.length);
  }

  function recall(event, step) {
    const asked = [...document.querySelectorAll(".turn .asked")].map((each) => each.textContent);
    if (!asked.length) return;
    const next = recalled + step;
    if (next < 0 || next > asked.length) return;
    event.preventDefault();
    recalled = next;
    type(next ? asked[asked.length - next] : "");
  }

  document.addEventListener(
    "keydown",
    (event) => {
      const area = input();
      const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      // Enter that ends a Chinese input method's word is not a question yet.
      if (event.isComposing && event.key === "Enter") return event.stopPropagation();
      if (event.target === area && !event.isComposing) {
        const untouched = !area.value || recalled > 0;
        if (event.key === "ArrowUp" && untouched) return recall(event, 1);
        if (event.key === "ArrowDown" && recalled > 0) return recall(event, -1);
      }
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && area?.offsetParent) {
        event.preventDefault();
        area.focus();
      }
      if (event.key === "Escape") {
        ($("#editing [data-act]") || $(".source-open [data-act=close].cross"))?.click();
      }
    },
    true,
  );

  return {
    listen,
    shown,
    talked,
    focus: () => input()?.focus(),
    download: () => setTimeout(() => $("#download a, a#download, #download")?.click(), 50),
    start: () => {
      const theme = localStorage.getItem(THEME);
      if (theme) document.body.classList.toggle("dark", theme === "dark");
    },
    speak: (language) => {
      document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    },
  };
})();
