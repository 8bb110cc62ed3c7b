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
  const fetchRow = (block, rows = block.dataset.rows) => {
    const address = `${rows}${block.dataset.prompt}/${block.dataset.seed}.json`;
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
    const { labels, cells, beside: others } = JSON.parse(root.querySelector("script").textContent);
    const setting = root.dataset.dial;
    const input = root.querySelector("input");
    const ticks = all(".d-ticks li", root);
    const [moving, pinned] = all("figure", root);
    const other = root.querySelector("[data-beside]");
    const difference = root.querySelector(".d-diff");
    let row = null;
    let beside = null;
    const cell = (i) => row ? row.cells[i] : { src: cells[i], caption: `${setting} = ${labels[i]}` };
    const put = (figure, i) => show(figure, i, cell(i), block.dataset.base);
    // The difference: the left picture blended over the right one, black where both are alike.
    const blend = () => {
      const on = difference?.getAttribute("aria-pressed") === "true";
      root.classList.toggle("d-differs", on);
      const right = pinned?.querySelector("img");
      moving.querySelector("a").style.backgroundImage = on ? `url("${right.currentSrc || right.src}")` : "";
      if (on) moving.querySelector("figcaption code").textContent = `${cell(+input.value).caption}, difference`;
    };
    // What stands on the right: the pinned value, or another model at the value of the slider.
    const right = () => {
      if (!beside) return;
      const at = beside.labels.indexOf(labels[+input.value]);
      pinned.classList.toggle("d-none", at < 0);
      if (at >= 0) show(pinned, at, beside.row.cells[at], block.dataset.base);
      pinned.querySelector("figcaption code").textContent = at < 0 ? `${beside.title} was not run at ${labels[+input.value]}` : `${beside.title}, ${beside.row.cells[at].caption}`;
    };
    const draw = () => {
      const i = +input.value;
      put(moving, i);
      right();
      blend();
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
    let pin = +root.dataset.pin;
    const compare = async () => {
      const one = other?.value ? others[other.value] : null;
      const said = root.querySelector("[role=status]");
      beside = null;
      if (said) said.textContent = "";
      try {
        if (one && !one.has.includes(`${block.dataset.prompt}/${block.dataset.seed}`)) throw new Error(`${one.title} was not run with this prompt and seed.`);
        beside = one && { ...one, row: await fetchRow(block, one.rows) };
      } catch (fault) {
        other.value = "";
        said.textContent = fault.message;
      }
      if (!beside && pinned) { pinned.classList.remove("d-none"); put(pinned, pin); }
      draw();
    };
    other?.addEventListener("change", compare);
    difference?.addEventListener("click", () => {
      difference.setAttribute("aria-pressed", difference.getAttribute("aria-pressed") !== "true");
      draw();
    });
    root.querySelector(".d-pin")?.addEventListener("click", () => {
      pin = +input.value;
      if (other) other.value = "";
      compare();
    });
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
      use(chosen) { row = chosen; if (pinned) compare(); else draw(); },
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
    const [setting, written] = location.hash.slice(1).split("=");
    let value;
    try { value = written && decodeURIComponent(written); } catch { /* no value of ours */ }
    const found = value === undefined ? [] : dials.filter((one) => one.setting === setting && one.go(value));
    found[0]?.root.scrollIntoView({ block: "nearest" });
  };
  addEventListener("hashchange", follow);
  follow();

  // The same picture for other tools: one button shows a text and copies it.
  const copies = (row, cell) => {
    const code = make("code", { textContent: cell.code });
    const said = make("p", { className: "d-who" });
    said.setAttribute("role", "status");
    const texts = [["diffusers", cell.code], ["ComfyUI", cell.comfyui, "comfyui"], ["AUTOMATIC1111", cell.a1111, "a1111"], ["command", row.command]];
    const buttons = texts.filter(([, text]) => text).map(([name, text, tool]) => {
      const button = make("button", { type: "button", className: "d-button", textContent: name });
      button.onclick = async () => {
        code.textContent = text;
        const lost = cell.lost?.[tool];
        const left = lost ? ` It cannot be told ${lost.join(", ")}.` : "";
        try { await navigator.clipboard.writeText(text); said.textContent = `Copied.${left}`; } catch { said.textContent = `The browser does not let us copy: mark the text.${left}`; }
      };
      return button;
    });
    const pre = make("pre", { tabIndex: 0 }, code);
    return [make("p", { className: "d-copies" }, "Copy as ", ...buttons), said, pre];
  };

  // What made a picture, as a list. The explorer shows the same.
  const facts = (row, cell) => {
    const list = make("dl", { className: "d-facts" });
    const pairs = [["Prompt", row.prompt], ["Negative prompt", row.negative], ["Seed", cell.seed ?? row.seed], ["Model", `${row.model}, weights ${row.weights}`],
      ["Made with", row.versions && `${row.pipeline}, ${row.versions}, on ${row.device}`], ["Measured", cell.note], ["Key", cell.key], ["Pixels", `SHA-256 ${cell.pixels}…`], ["Made", cell.made]];
    for (const [name, value] of pairs) if (value !== "" && value != null) list.append(make("dt", { textContent: name }), make("dd", { textContent: value }));
    return list;
  };
  globalThis.dialed = { make, copies, facts };

  // One picture in full, with what made it.
  let zoom;
  const open = async (link, holder, block) => {
    const image = link.querySelector("img");
    const words = holder.querySelector("figcaption code")?.textContent || image.alt;
    zoom?.remove();
    const about = make("div");
    const close = make("button", { type: "button", className: "d-button d-zoom-close", textContent: "Close" });
    zoom = make("dialog", { className: "d-zoom md-typeset" }, make("div", {},
      make("div", {}, make("img", { src: image.currentSrc || image.src, alt: image.alt, width: 512, height: 512 })), about), close);
    zoom.setAttribute("aria-label", words);
    about.append(make("h3", {}, make("code", { textContent: words })));
    close.onclick = () => zoom.close();
    zoom.onclick = (event) => { if (event.target === zoom) zoom.close(); };
    document.body.append(zoom);
    zoom.showModal();
    try {
      const row = await fetchRow(block);
      const cell = row.cells[holder.dataset.cell];
      about.append(facts(row, cell), ...copies(row, cell));
    } catch {
      about.append(make("p", { textContent: "What made it could not be fetched." }));
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

  // Texts that stand on a page: presets.
  all(".d-copy-text").forEach((button) => button.addEventListener("click", () =>
    navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent).then(() => { button.textContent = "Copied"; }, () => { button.textContent = "Mark the text: the browser does not let us copy"; })));

  // The model picker, remembered from page to page.
  const key = "dialed.model";
  const remembered = () => { try { return localStorage.getItem(key); } catch { return null; } };
  for (const box of all(".d-answer")) {
    const select = box.querySelector("select");
    if (!select) continue;
    const listed = all("[data-m]", box);
    const rest = globalThis.dialedModels ?? [];
    const said = [...listed.map((line) => [line.dataset.m, line.firstElementChild.textContent, line.querySelector("b").textContent, line.dataset.u]), ...rest];
    select.append(...[...said].sort((a, b) => a[1].localeCompare(b[1])).map(([value, textContent]) => make("option", { value, textContent })));
    // Models with the same value stand together.
    const values = new Map();
    for (const [, title, value] of rest) values.set(value, [...(values.get(value) ?? []), title]);
    if (rest.length) box.querySelector(".d-rest p").replaceWith(make("ul", { className: "d-alike" }, ...[...values].sort((a, b) => b[1].length - a[1].length).map(([value, titles]) =>
      make("li", {}, make("b", { textContent: value }), make("p", { textContent: titles.join(", ") })))));
    const big = box.querySelector("output");
    const pick = (model) => {
      const found = said.find(([id]) => id === model);
      if (!found) return;
      select.value = model;
      listed.forEach((line) => line.classList.toggle("on", line.dataset.m === model));
      big.textContent = found[2];
      big.classList.toggle("d-long", big.textContent.length > 7);
      box.querySelector(".d-use p").textContent = found[3] && `usually ${found[3]}`;
    };
    pick(said[0][0]);
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
