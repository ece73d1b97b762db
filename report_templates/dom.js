"use strict";
// Elements, made in a line, and when to make them. Text goes in as text, never as markup.
const dom = (() => {
  const byId = (id) => document.getElementById(id);
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const button = (className, text, act) => {
    const element = make("button", className, text);
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  };
  const svg = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  };
  // What lies below the first screen is laid out, and made to work, once that has been painted.
  const waiting = [];
  const later = (start) => waiting.push(start);
  // Then the list is shorter than the rows that stood there: where a link led is shown again.
  const idle = window.requestIdleCallback ?? ((run) => setTimeout(run));
  window.addEventListener("load", () => idle(() => {
    document.documentElement.classList.add("painted");
    waiting.forEach((start) => start());
    const [arrival] = performance.getEntriesByType("navigation");
    if (arrival?.type === "navigate") document.querySelector(":target")?.scrollIntoView({ behavior: "instant" });
  }, { timeout: 1000 }));
  return { byId, make, button, svg, later };
})();
