"use strict";
// What the page does for its reader besides the list of series: it unfolds for paper and for links, and hands out commands.
(() => {
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((details) => { details.open = true; });
  });
  window.addEventListener("afterprint", () => folded.forEach((details) => { details.open = false; }));

  const reveal = () => document.getElementById(location.hash.slice(1))?.closest("details")?.setAttribute("open", "");
  window.addEventListener("hashchange", reveal);
  reveal();

  // A figure leads to its series: the search is filled in, whatever the verdict.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-find]");
    if (!link) return;
    const tools = document.getElementById("tools");
    tools.reset();
    tools.querySelectorAll("[type=checkbox]").forEach((box) => { box.checked = true; });
    document.getElementById("find").value = link.dataset.find.replace("[", " ").replace(/\]$/, "");  // metric[instance]
    tools.dispatchEvent(new Event("input"));
  });

  // Only where the browser lets a page copy.
  for (const command of navigator.clipboard ? document.querySelectorAll(".command") : []) {
    const copy = document.createElement("button");
    copy.type = "button";
    copy.className = "copy";
    copy.textContent = "Copy";
    copy.addEventListener("click", () => navigator.clipboard.writeText(command.textContent).then(() => { copy.textContent = "Copied"; }, () => {}));
    command.after(copy);
  }
})();
