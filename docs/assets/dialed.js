/* Dialed: sliders, prompt and seed toggles, the model picker, filters, and one picture in full. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // Rows: one prompt and seed of a comparison, fetched when asked for and kept.
  const kept = new Map();
  const fetchRow = (block) => {
    const address = `${block.dataset.rows}${block.dataset.prompt}/${block.dataset.seed}.json`;
    if (!kept.has(address)) {
      kept.set(address, fetch(address).then((answer) => {
        if (!answer.ok) throw new Error(answer.status);
        return answer.json();
      }));
      kept.get(address).catch(() => kept.delete(address));
    }
    return kept.get(address);
  };

  // Puts a picture and its words into a figure or a table cell.
  const show = (holder, index, cell, base) => {
    const [avif, webp] = (cell.src || [cell.avif]).map((path) => base + path);
    const source = holder.querySelector("source");
    const image = holder.querySelector("img");
    const link = holder.querySelector("a");
    if (source) source.srcset = avif;
    image.src = webp || avif;
    image.alt = cell.alt || cell.caption;
    link.href = webp || avif;
    link.style.backgroundImage = "";
    holder.dataset.cell = index;
    const code = holder.querySelector("figcaption code");
    if (code) code.textContent = cell.caption;
    const note = holder.querySelector("figcaption small");
    if (note && cell.note !== undefined) note.textContent = cell.note;
  };

  // The slider. `cells` are the addresses in the page until another row is chosen.
  const dial = (block) => {
    const root = block.querySelector("[data-dial]");
    if (!root) return null;
    const { labels, cells } = JSON.parse(root.querySelector("script").textContent);
    const setting = root.dataset.dial;
    const input = root.querySelector("input");
    const ticks = all(".d-ticks li", root);
    const [moving, pinned] = all("figure", root);
    let row = null;
    const cell = (i) => row ? row.cells[i] : { src: cells[i], caption: `${setting} = ${labels[i]}` };
    const put = (figure, i) => show(figure, i, cell(i), block.dataset.base);
    const draw = () => {
      const i = +input.value;
      put(moving, i);
      input.setAttribute("aria-valuetext", labels[i]);
      ticks.forEach((tick, at) => tick.classList.toggle("on", at === i));
      all(".d-curve svg", block).forEach((svg) => {
        const line = svg.querySelector("polyline");
        const at = line.points[line.dataset.v.split("|").indexOf(labels[i])];
        const mark = svg.querySelector("circle");
        if (at) { mark.setAttribute("cx", at.x); mark.setAttribute("cy", at.y); }
      });
    };
    const hash = () => history.replaceState(null, "", `#${setting}=${encodeURIComponent(labels[+input.value])}`);
    input.addEventListener("input", draw);
    input.addEventListener("change", hash);
    ticks.forEach((tick) => tick.addEventListener("click", () => { input.value = tick.dataset.i; draw(); hash(); }));
    root.querySelector(".d-pin")?.addEventListener("click", () => put(pinned, +input.value));
    // Fetch the pictures when a hand comes near, not before.
    const warm = () => cells.forEach(([path]) => { new Image().src = block.dataset.base + path; });
    for (const name of ["pointerenter", "focusin", "touchstart"]) root.addEventListener(name, warm, { once: true, passive: true });
    return {
      go(value) {
        const at = labels.indexOf(value);
        if (at < 0) return false;
        input.value = at;
        draw();
        return true;
      },
      setting,
      root,
      use(chosen) { row = chosen; draw(); if (pinned) put(pinned, +pinned.dataset.cell); },
    };
  };

  const dials = [];
  for (const block of all(".d-cmp")) {
    const own = dial(block);
    if (own) dials.push(own);
    const say = block.querySelector(".d-say");
    const choose = async () => {
      for (const name of ["prompt", "seed"]) {
        const select = block.querySelector(`[data-${name}-choice]`);
        if (select) block.dataset[name] = select.value;
      }
      try {
        const row = await fetchRow(block);
        own?.use(row);
        all(":scope > .d-row [data-cell], .d-grid [data-cell]", block).forEach((holder) =>
          show(holder, holder.dataset.cell, row.cells[holder.dataset.cell], block.dataset.base));
        block.querySelector("[data-say-prompt]").textContent = row.prompt;
        block.querySelector("[data-say-seed]").textContent = row.seed;
        say.textContent = "";
      } catch {
        say.textContent = "These pictures could not be fetched. Read from a folder, the page holds the first prompt and seed alone.";
      }
    };
    all("select", block).forEach((select) => select.addEventListener("change", choose));
  }

  // Deep links: #num_inference_steps=10
  const follow = () => {
    const [setting, value] = location.hash.slice(1).split("=").map(decodeURIComponent);
    const found = value === undefined ? [] : dials.filter((one) => one.setting === setting && one.go(value));
    found[0]?.root.scrollIntoView({ block: "nearest" });
  };
  addEventListener("hashchange", follow);
  follow();

  // One picture in full, with what made it.
  let zoom;
  const open = async (link, holder, block) => {
    const image = link.querySelector("img");
    const words = holder.querySelector("figcaption code")?.textContent || image.alt;
    zoom?.remove();
    const facts = make("div");
    const close = make("button", { type: "button", className: "d-button d-zoom-close", textContent: "Close" });
    zoom = make("dialog", { className: "d-zoom md-typeset" }, make("div", {},
      make("div", {}, make("img", { src: image.currentSrc || image.src, alt: image.alt, width: 512, height: 512 })), facts), close);
    zoom.setAttribute("aria-label", words);
    facts.append(make("h3", {}, make("code", { textContent: words })));
    close.onclick = () => zoom.close();
    zoom.onclick = (event) => { if (event.target === zoom) zoom.close(); };
    document.body.append(zoom);
    zoom.showModal();
    try {
      const row = await fetchRow(block);
      const cell = row.cells[holder.dataset.cell];
      const list = make("dl", { className: "d-facts" });
      const pairs = [["Prompt", row.prompt], ["Negative prompt", row.negative], ["Seed", row.seed], ["Model", `${row.model}, weights ${row.weights}`],
        ["Measured", cell.note], ["Key", cell.key], ["Pixels", `SHA-256 ${cell.pixels}…`], ["Made", cell.made]];
      for (const [name, value] of pairs) if (value !== "") list.append(make("dt", { textContent: name }), make("dd", { textContent: value }));
      const copy = make("button", { type: "button", className: "d-button", textContent: "Copy as diffusers code" });
      copy.onclick = () => navigator.clipboard.writeText(cell.code).then(() => { copy.textContent = "Copied"; });
      facts.append(list, make("pre", {}, make("code", { textContent: cell.code })), copy);
    } catch {
      facts.append(make("p", { textContent: "What made it could not be fetched." }));
    }
  };
  all("a.d-open").forEach((link) => { link.href = link.querySelector("img").src; });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.d-open");
    const holder = link?.closest("[data-cell]");
    const block = holder?.closest(".d-cmp");
    if (!block || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link, holder, block);
  });

  // The model picker, remembered from page to page.
  const key = "dialed.model";
  const remembered = () => { try { return localStorage.getItem(key); } catch { return null; } };
  for (const box of all(".d-answer")) {
    const select = box.querySelector("select");
    if (!select) continue;
    const lines = all("li[data-model]", box);
    const byTitle = (a, b) => a.firstElementChild.textContent.localeCompare(b.firstElementChild.textContent);
    select.append(...[...lines].sort(byTitle).map((one) => make("option", { value: one.dataset.model, textContent: one.firstElementChild.textContent })));
    const big = box.querySelector("output");
    const pick = (model) => {
      const line = lines.find((one) => one.dataset.model === model);
      if (!line) return;
      select.value = model;
      lines.forEach((one) => one.classList.toggle("on", one === line));
      big.textContent = line.querySelector("b").textContent;
      big.classList.toggle("d-long", big.textContent.length > 7);
      box.querySelector(".d-use p").textContent = line.dataset.u && `usually ${line.dataset.u}`;
    };
    pick(lines[0].dataset.model);
    pick(remembered());
    select.addEventListener("change", () => { try { localStorage.setItem(key, select.value); } catch { /* kept for this page */ } pick(select.value); });
  }

  // Filters over cards, rows and names.
  const plain = (text) => text.toLowerCase().replace(/[\s_-]+/g, "");
  for (const field of all("[data-filter]")) {
    const things = all("[data-names]");
    field.addEventListener("input", () => {
      const wanted = plain(field.value);
      let found = 0;
      for (const thing of things) {
        thing.hidden = !plain(thing.dataset.names).includes(wanted);
        found += !thing.hidden;
      }
      all(".d-cards").forEach((cards) => { cards.previousElementSibling.hidden = !cards.querySelector("li:not([hidden])"); });
      document.querySelector("[data-found]").textContent = wanted ? `${found} found` : "";
    });
  }
})();
