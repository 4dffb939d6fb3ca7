"use strict";
(() => {
  const seek = document.getElementById("seek"), told = document.getElementById("told");
  const entries = [...document.querySelectorAll(".rule, .list")].map((node) => [node, node.textContent.toLowerCase()]);
  const search = () => {
    const words = seek.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const [node, text] of entries) {
      node.hidden = !words.every((word) => text.includes(word));
      count += node.hidden ? 0 : 1;
    }
    told.textContent = words.length ? count + " of " + entries.length + " shown" : "";
  };
  const show = () => {
    const id = decodeURIComponent(location.hash.slice(1)), node = id && document.getElementById(id);
    if (!node) return;
    if (node.hidden || node.closest("[hidden]")) { seek.value = ""; search(); }
    node.scrollIntoView({ block: "start" });
  };
  seek.closest(".seek").hidden = false;
  seek.addEventListener("input", search);
  addEventListener("hashchange", show);
})();
