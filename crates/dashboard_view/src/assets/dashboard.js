// Keys, theme, zoom and reloading. Nothing is fetched but the number of the state, from where the page came.
"use strict";
(() => {
  const root = document.documentElement;
  const kept = (() => { try { return localStorage.getItem("theme"); } catch { return null; } })();
  if (kept === "dark" || kept === "light") root.dataset.theme = kept;

  const theme = () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* it holds for this page */ }
  };

  const isTyping = () => ["INPUT", "SELECT", "TEXTAREA"].includes(document.activeElement?.tagName);

  let row = -1;
  const move = (step) => {
    const rows = [...document.querySelectorAll("table.rows tbody tr")];
    if (rows.length === 0) return;
    rows[row]?.classList.remove("here");
    row = Math.max(0, Math.min(rows.length - 1, row + step));
    rows[row].classList.add("here");
    rows[row].scrollIntoView({ block: "nearest" });
    rows[row].querySelector("a, summary")?.focus({ preventScroll: true });
  };

  const zoomed = (box, factor) => {
    const picture = box.querySelector("svg");
    const width = Number(picture.getAttribute("width")) * factor;
    const height = Number(picture.getAttribute("height")) * factor;
    if (width < 150 || width > 20000) return;
    const middle = [(box.scrollLeft + box.clientWidth / 2) * factor, (box.scrollTop + box.clientHeight / 2) * factor];
    picture.setAttribute("width", width);
    picture.setAttribute("height", height);
    box.scrollLeft = middle[0] - box.clientWidth / 2;
    box.scrollTop = middle[1] - box.clientHeight / 2;
  };

  const pictures = () => {
    for (const box of document.querySelectorAll("[data-picture]")) {
      const picture = box.querySelector("svg");
      const whole = [picture.getAttribute("width"), picture.getAttribute("height")];
      const fit = Math.min(1, (box.clientWidth - 4) / Number(whole[0]));
      if (fit < 1 && fit > 0.45) zoomed(box, fit);
      box.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "+" || event.key === "=") zoomed(box, 1.25);
        else if (event.key === "-") zoomed(box, 0.8);
        else if (event.key === "0") { picture.setAttribute("width", whole[0]); picture.setAttribute("height", whole[1]); }
        else return;
        event.preventDefault();
      });
      box.addEventListener("wheel", (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        zoomed(box, event.deltaY < 0 ? 1.15 : 0.87);
      }, { passive: false });
      let from = null;
      box.addEventListener("pointerdown", (event) => {
        if (event.pointerType === "mouse" && event.button === 0 && !event.target.closest("a")) {
          from = [event.clientX + box.scrollLeft, event.clientY + box.scrollTop];
          box.setPointerCapture(event.pointerId);
        }
      });
      box.addEventListener("pointermove", (event) => {
        if (from) { box.scrollLeft = from[0] - event.clientX; box.scrollTop = from[1] - event.clientY; }
      });
      box.addEventListener("pointerup", () => { from = null; });
    }
  };

  const follow = () => {
    if (root.dataset.follow !== "yes") return;
    const look = async () => {
      try {
        const answer = await fetch("/version", { cache: "no-store" });
        if (answer.ok && (await answer.text()).trim() !== root.dataset.version && !isTyping()) {
          location.reload();
          return;
        }
      } catch { /* it has ended; the page stays */ }
      setTimeout(look, document.hidden ? 10000 : 2000);
    };
    setTimeout(look, 2000);
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector("#theme")?.addEventListener("click", theme);
    pictures();
    follow();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && isTyping()) { document.activeElement.blur(); return; }
    if (isTyping()) return;
    if (event.key === "/") { event.preventDefault(); document.querySelector("#text")?.focus(); }
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "n") document.querySelector("a[rel=next]")?.click();
    else if (event.key === "p") document.querySelector("a[rel=prev]")?.click();
  });
})();
