/* Filters of the index of guides: by name, group, tool and model. What they filter by is loaded when one is used. */
(() => {
  "use strict";
  const form = document.querySelector("[data-filters]");
  const { name, group, tool, model } = form.elements;
  const found = form.querySelector("[data-found]");
  const cards = [...document.querySelectorAll(".d-cards li")];
  const idOf = (card) => card.querySelector("a").getAttribute("href").replace(/\/$/, "").split("/").pop().replace(/\.html$/, "");
  const plain = (text) => text.toLowerCase().replace(/[\s_-]+/g, "");

  let loading;
  const load = () => (loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = form.dataset.filters;
    script.onload = () => {
      const data = globalThis.dialedFilter;
      data.at = Object.fromEntries(data.ids.map((id, at) => [id, at]));
      data.plain = data.names.map(plain);
      model.append(...data.models.map(([id, title]) => Object.assign(document.createElement("option"), { value: id, textContent: title })));
      done(data);
    };
    script.onerror = () => { loading = undefined; failed(new Error("not loaded")); };
    document.head.append(script);
  }));

  const apply = async () => {
    const active = [name, group, tool, model].some((field) => field.value);
    let data;
    try { data = active ? await load() : null; } catch { found.textContent = "The filters could not be loaded."; return; }
    const wanted = plain(name.value);
    const ofTool = tool.value && new Set(data.tools[tool.value]);
    const ofModel = model.value && new Set(data.models.find(([id]) => id === model.value)?.[2]);
    let count = 0;
    for (const card of cards) {
      const at = active ? data.at[idOf(card)] : 0;
      card.hidden = active && !(data.plain[at].includes(wanted)
        && (!group.value || card.parentElement.previousElementSibling.id === group.value)
        && (!ofTool || ofTool.has(at)) && (!ofModel || ofModel.has(at)));
      count += !card.hidden;
    }
    for (const list of document.querySelectorAll(".d-cards")) list.hidden = list.previousElementSibling.hidden = !list.querySelector("li:not([hidden])");
    found.textContent = active ? `${count} of ${cards.length} guides` : "";
  };
  // The address keeps the filters; anchors of groups stay what they are.
  const keep = () => {
    const told = new URLSearchParams();
    for (const field of [name, group, tool, model]) if (field.value) told.set(field.name, field.value);
    history.replaceState(null, "", `${location.pathname}${told.size ? `?${told}` : ""}${location.hash}`);
  };
  const restore = async () => {
    const told = new URLSearchParams(location.search);
    if (told.has("model")) { try { await load(); } catch { /* said by apply */ } }
    for (const field of [name, group, tool, model]) {
      field.value = told.get(field.name) ?? "";
      if (field.selectedIndex < 0) field.value = "";
    }
    apply();
  };

  // A picture is fetched when most of its card is in view: two hundred of them would weigh more than the rest of the page.
  const watcher = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) { target.classList.add("d-seen"); watcher.unobserve(target); }
  }, { threshold: 0.65 });
  cards.forEach((card) => watcher.observe(card));

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("focusin", () => load().catch(() => {}));
  form.addEventListener("pointerenter", () => load().catch(() => {}));
  form.addEventListener("input", async () => { await apply(); keep(); });
  form.addEventListener("reset", () => setTimeout(async () => { await apply(); keep(); }));
  addEventListener("popstate", restore);
  if (location.search) restore();
})();
