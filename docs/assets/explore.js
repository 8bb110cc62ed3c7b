// The explorer. State lives in the address alone: it is read from there, and everything on the page follows from it.
(() => {
  "use strict";
  const box = document.querySelector("[data-explore]");
  const part = (name) => box.querySelector(`[data-${name}]`);
  const form = box.querySelector("form");
  const { c, m, p, s, w } = form.elements;
  const [stage, left, right, leftWords, rightWords, rightFigure, axesBox, map, about, say, pinButton, differenceButton, shareButton] =
    ["stage", "left", "right", "left-words", "right-words", "right-figure", "axes", "map", "about", "say", "pin", "difference", "share"].map(part);
  const { make } = globalThis.dialed ?? { make: (tag, own = {}, ...inside) => { const made = Object.assign(document.createElement(tag), own); made.append(...inside); return made; } };
  const PINNED = "pinned";

  const kept = new Map();
  const fetched = (address) => {
    if (!kept.has(address)) {
      kept.set(address, fetch(address).then((answer) => {
        if (!answer.ok) throw new Error(answer.status);
        return answer.json();
      }));
      kept.get(address).catch(() => kept.delete(address));
    }
    return kept.get(address);
  };
  const rowOf = (model, prompt, seed) => fetched(`${model.rows}${prompt}/${seed}.json`);

  // What is seen: comparison c, model m, prompt p, seed s, place (an index on each axis), pin (a place), w (what stands on the right), d (difference).
  let state = null;
  let data = {};
  const indexOf = (axes, at) => axes.reduce((sum, axis, i) => sum * axis.labels.length + at[i], 0);
  const labelsAt = (axes, at) => axes.map((axis, i) => axis.labels[at[i]]);
  const placeOf = (axes, labels) => {
    const at = axes.map((axis, i) => axis.labels.indexOf(labels[i]));
    return at.includes(-1) ? null : at;
  };
  const fresh = (name, model) => {
    const one = data[name];
    const m = one.models.some(({ id }) => id === model) ? model : one.models[0].id;
    return { c: name, m, p: one.prompts[0][0], s: one.seeds[0], at: [...one.start], pin: null, w: "", d: false };
  };

  const read = () => {
    const told = new URLSearchParams(location.hash.slice(1));
    const one = data[told.get("c")];
    if (!one) return null;
    const found = fresh(told.get("c"), told.get("m"));
    if (one.prompts.some(([id]) => id === told.get("p"))) found.p = told.get("p");
    if (one.seeds.includes(told.get("s"))) found.s = told.get("s");
    const place = (name) => (told.has(name) ? placeOf(one.axes, told.get(name).split("|")) : null);
    found.at = place("at") ?? found.at;
    found.pin = place("pin");
    found.w = told.get("w") ?? "";
    if (found.w === PINNED && !found.pin) found.w = "";
    found.d = told.get("d") === "1";
    return found;
  };
  const write = (push) => {
    const { axes, models, prompts, seeds } = data[state.c];
    const told = new URLSearchParams({ c: state.c });
    if (models.length > 1 || state.m !== models[0].id) told.set("m", state.m);
    if (prompts.length > 1) told.set("p", state.p);
    if (seeds.length > 1) told.set("s", state.s);
    told.set("at", labelsAt(axes, state.at).join("|"));
    if (state.pin) told.set("pin", labelsAt(axes, state.pin).join("|"));
    if (state.w) told.set("w", state.w);
    if (state.d) told.set("d", "1");
    const address = `#${told.toString().replaceAll("%2F", "/").replaceAll("%7C", "|").replaceAll("%40", "@")}`;
    if (address !== location.hash) history[push ? "pushState" : "replaceState"](null, "", address);
  };

  // Other models that ran the same axes with this prompt and seed.
  const partners = () => {
    const { axes } = data[state.c];
    return Object.entries(data).flatMap(([name, one]) => {
      const alike = one.axes.length === axes.length && one.axes.every((axis, i) => axis.setting === axes[i].setting) && one.kind !== "filmstrip" && data[state.c].kind !== "filmstrip";
      const prompt = one.prompts.find(([id, text]) => id === state.p && text === data[state.c].prompts.find(([own]) => own === state.p)[1]);
      if (!alike || !prompt || !one.seeds.includes(state.s)) return [];
      return one.models.filter(({ id }) => id !== state.m).map((model) => ({ value: `${name}@${model.id}`, one, model }));
    });
  };

  const options = (select, pairs, chosen) => {
    select.replaceChildren(...pairs.map(([value, textContent]) => make("option", { value, textContent })));
    select.value = chosen;
    select.disabled = pairs.length < 2;
  };
  const controls = () => {
    const one = data[state.c];
    c.value = state.c;
    options(m, one.models.map(({ id, title }) => [id, title]), state.m);
    options(p, one.prompts, state.p);
    options(s, one.seeds.map((seed) => [seed, seed]), state.s);
    const others = partners().map(({ value, model }) => [value, model.title]);
    if (state.w && state.w !== PINNED && !others.some(([value]) => value === state.w)) state.w = "";
    options(w, [["", "nothing"], ...(state.pin ? [[PINNED, `pinned: ${labelsAt(one.axes, state.pin).join(", ")}`]] : []), ...others], state.w);
    pinButton.disabled = shareButton.disabled = false;
    differenceButton.disabled = !state.w;
    if (!state.w) state.d = false;
    differenceButton.setAttribute("aria-pressed", state.d);
    sliders(one);
  };

  let built = "";
  const sliders = (one) => {
    if (built !== state.c) {
      built = state.c;
      axesBox.replaceChildren(...one.axes.map((axis, i) => {
        const input = make("input", { type: "range", min: 0, max: axis.labels.length - 1, step: 1, id: `d-axis-${i}`, autocomplete: "off" });
        input.addEventListener("input", () => { state.at[i] = +input.value; show(false); });
        const label = make("label", { htmlFor: input.id }, make("code", { textContent: axis.setting }), make("output", { htmlFor: input.id }));
        return make("div", { className: "d-scale" }, label, input);
      }));
      const columns = one.axes.at(-1).labels.length;
      map.style.setProperty("--columns", one.axes.length > 1 ? columns : Math.min(columns, 8));
      map.replaceChildren(...Array.from({ length: one.axes.reduce((sum, axis) => sum * axis.labels.length, 1) }, (_, index) => {
        const cell = make("i");
        cell.onclick = () => { state.at = one.axes.length > 1 ? [Math.floor(index / columns), index % columns] : [index]; show(false); };
        return cell;
      }));
    }
    [...axesBox.querySelectorAll("input")].forEach((input, i) => {
      const value = one.axes[i].labels[state.at[i]];
      input.value = state.at[i];
      input.setAttribute("aria-valuetext", value);
      input.parentElement.querySelector("output").textContent = value;
    });
  };

  const picture = (holder, cell) => {
    const image = holder.querySelector("img") ?? make("img", { width: 512, height: 512 });
    image.src = box.dataset.base + cell.avif;
    image.alt = cell.alt || cell.caption;
    if (!image.parentElement) holder.replaceChildren(image);
  };
  let drawn = "";  // the row whose pictures the map holds
  const mark = (one) => {
    const row = [state.c, state.m, state.p, state.s].join();
    if (row !== drawn) [...map.children].forEach((cell) => { cell.style.backgroundImage = ""; });
    drawn = row;
    const here = indexOf(one.axes, state.at);
    const pinned = state.pin ? indexOf(one.axes, state.pin) : -1;
    [...map.children].forEach((cell, index) => { cell.classList.toggle("on", index === here); cell.classList.toggle("pinned", index === pinned); });
    return map.children[here];
  };

  let turn = 0;
  const show = async (push) => {
    const mine = ++turn;
    if (!state) return;
    controls();
    write(push);
    const one = data[state.c];
    const model = one.models.find(({ id }) => id === state.m);
    const spot = mark(one);
    const now = { ...state, at: [...state.at] };
    try {
      const row = await rowOf(model, now.p, now.s);
      const other = partners().find(({ value }) => value === now.w);
      const otherRow = other && await rowOf(other.model, now.p, now.s);
      if (mine !== turn) return;
      const cell = row.cells[indexOf(one.axes, now.at)];
      picture(left, cell);
      spot.style.backgroundImage = `url("${box.dataset.base}${cell.avif}")`;
      leftWords.textContent = now.d ? `${cell.caption}, difference` : other ? `${model.title}, ${cell.caption}` : cell.caption;
      let beside = null;
      let missing = "";
      if (now.w === PINNED) beside = row.cells[indexOf(one.axes, now.pin)];
      else if (other) {
        const place = placeOf(other.one.axes, labelsAt(one.axes, now.at));
        beside = place && otherRow.cells[indexOf(other.one.axes, place)];
        if (!beside) missing = `${other.model.title} was not run at ${labelsAt(one.axes, now.at).join(", ")}.`;
      }
      stage.classList.toggle("d-two", Boolean(now.w));
      rightFigure.hidden = !now.w;
      if (beside) {
        picture(right, beside);
        rightWords.textContent = other ? `${other.model.title}, ${beside.caption}` : `${beside.caption}, pinned`;
      } else if (now.w) {
        right.replaceChildren(make("p", { textContent: missing }));
        rightWords.textContent = "";
      }
      left.classList.toggle("d-blend", Boolean(now.d && beside));
      left.style.backgroundImage = now.d && beside ? `url("${box.dataset.base}${beside.avif}")` : "";
      say.textContent = "";
      tell(one, model, row, cell);
    } catch {
      say.textContent = "These pictures could not be fetched. Read from a folder, the guides hold the first prompt and seed of each comparison.";
    }
  };

  const tell = (one, model, row, cell) => {
    const { facts, copies } = globalThis.dialed;
    const [buttons, said, pre] = copies(row, cell);
    about.replaceChildren(
      make("div", {}, make("h2", {}, make("a", { href: one.guide, textContent: one.title })), make("p", { textContent: one.lesson }), facts(row, cell),
        one.held.length ? make("p", { className: "d-who" }, "Held: ", ...one.held.flatMap(([name, held]) => [make("code", { textContent: `${name} = ${held}` }), " "])) : "",
        make("p", { className: "d-who" }, "Made by ", make("a", { href: model.address, textContent: model.title }), ` at ${model.native} pixels${parseInt(model.native) < 512 ? ", shown enlarged" : ""}.`)),
      make("div", {}, buttons, said, pre));
  };

  const move = (axis, by) => {
    const { axes } = data[state.c];
    const to = Math.min(Math.max(state.at[axis] + by, 0), axes[axis].labels.length - 1);
    if (to === state.at[axis]) return;
    state.at[axis] = to;
    show(false);
  };
  const pin = () => { state.pin = [...state.at]; state.w = PINNED; show(true); };
  const difference = () => {
    if (!state.w) { state.pin ??= [...state.at]; state.w = PINNED; }
    state.d = !state.d;
    show(true);
  };
  stage.addEventListener("keydown", (event) => {
    if (!state || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = data[state.c].axes.length - 1;
    const moves = { ArrowLeft: [last, -1], ArrowRight: [last, 1], ArrowUp: [0, last ? -1 : 1], ArrowDown: [0, last ? 1 : -1], Home: [last, -1e6], End: [last, 1e6] };
    if (moves[event.key]) move(...moves[event.key]);
    else if (event.key.toLowerCase() === "p") pin();
    else if (event.key.toLowerCase() === "d") difference();
    else return;
    event.preventDefault();
    event.stopPropagation(); // the theme turns pages with P
  });
  pinButton.addEventListener("click", pin);
  differenceButton.addEventListener("click", difference);
  shareButton.addEventListener("click", () => navigator.clipboard.writeText(location.href).then(() => { say.textContent = "Copied."; }, () => { say.textContent = "The browser does not let us copy; the address bar holds it."; }));

  const start = async () => {
    try {
      if (!Object.keys(data).length) data = await fetched(box.dataset.explore);
      return true;
    } catch {
      say.textContent = "The list of comparisons could not be fetched. Read from a folder, the links below lead to the guides.";
      return false;
    }
  };
  const choose = async (name) => {
    if (!name || !await start()) return;
    state = fresh(name);
    await show(true);
    stage.focus({ preventScroll: true });
  };
  const restore = async () => {
    if (location.hash.length < 2 || !await start()) return;
    state = read() ?? state;
    if (state) show(false);
  };
  c.addEventListener("change", async () => {
    if (!c.value || !await start()) return;
    state = fresh(c.value, state?.m);
    show(true);
  });
  for (const field of [m, p, s, w]) field.addEventListener("change", () => { state[field.name] = field.value; show(true); });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const { target } = event;
    const name = target.dataset?.example ?? target.dataset?.c;
    if (!name || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(name);
    if (target.dataset.c) box.scrollIntoView({ block: "start" });
  });
  // What an address asks for has its place from the start, so that nothing moves when it arrives.
  const asked = new URLSearchParams(location.hash.slice(1));
  if (asked.has("c")) {
    about.style.minHeight = "40rem";
    axesBox.style.minHeight = asked.get("at")?.includes("|") ? "7.4rem" : "3.7rem";
    if (asked.get("w")) { stage.classList.add("d-two"); rightFigure.hidden = false; }
  }
  addEventListener("popstate", restore);
  if (document.readyState === "complete" || globalThis.dialed) restore(); else addEventListener("DOMContentLoaded", restore, { once: true });
})();
