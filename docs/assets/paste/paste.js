// "Paste your settings": hands text and files to Python in a worker, and lays out what it answers. No rule lives here.
const box = document.querySelector("[data-paste]");
const part = (name) => box.querySelector(`[data-${name}]`);
const [text, file, dialect, model, to, out, say, examples] = ["text", "file", "dialect", "model", "to", "out", "say", "examples"].map(part);
const base = new URL(box.dataset.base, location.href);
const make = (tag, own = {}, ...inside) => { const made = Object.assign(document.createElement(tag), own); made.append(...inside); return made; };

let worker;
let last = 0;
const waiting = new Map();
const ask = (call, content, options) => new Promise((done, failed) => {
  if (!worker) {
    worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      const [well, ill] = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.fault) ill(new Error(data.fault)); else well(data.answer);
    };
    worker.onerror = () => { waiting.forEach(([, ill]) => ill(new Error("the browser refuses to start it"))); waiting.clear(); worker = undefined; };
  }
  waiting.set(++last, [done, failed]);
  worker.postMessage({ id: last, call, content, options });
});

let held = "";  // the text, or the bytes of the file that was dropped
const content = () => (held instanceof ArrayBuffer ? held.slice(0) : held);
const link = (address, words) => (address ? make("a", { href: new URL(address, base).href, textContent: words }) : make("span", { textContent: words }));

const rows = (settings) => make("tbody", {}, ...settings.map((one) => make("tr", {},
  make("th", { scope: "row" }, link(one.address, one.title), make("small", {}, make("code", { textContent: one.name }))),
  make("td", {}, make("code", { textContent: one.value || "(empty)" })),
  make("td", { textContent: one.summary }))));
const table = (settings, label) => {
  const scroll = make("div", { className: "d-scroll", tabIndex: 0 }, make("table", {}, make("thead", {}, make("tr", {},
    ...["Setting", "Value", "What it is"].map((head) => make("th", { scope: "col", textContent: head })))), rows(settings)));
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", label);
  return scroll;
};
const list = (items) => make("ul", { className: "d-nothing" }, ...items);
const named = (things) => things.map((one) => make("li", {}, make("b", { textContent: one.name ?? "without a name" }), one.weight == null ? "" : ` at ${one.weight}`));

const show = (answer) => {
  out.replaceChildren();
  if (answer.error) {
    out.append(make("p", { className: "d-fault", textContent: answer.error }));
    if (answer.candidates) out.append(make("p", {}, "Read it as ", ...answer.candidates.flatMap((one) => {
      const button = make("button", { type: "button", className: "d-try", textContent: titles[one] ?? one });
      button.addEventListener("click", () => { dialect.value = one; explain(); });
      return [button, " "];
    })));
    return;
  }
  if (answer.dialect === to.value && !to.dataset.chosen) to.value = answer.dialect === "diffusers" ? "comfyui" : "diffusers";
  const known = [...model.options].find((one) => one.value === answer.model);
  out.append(make("p", { className: "d-lead" }, `Written by ${answer.tool}. `, known ? `Checked for ${known.textContent}.` : "The model is not one we know: choose it above, and more can be checked."));
  const counts = answer.problems.length ? `Problems (${answer.problems.length})` : "No Problem Found";
  out.append(make("h2", { textContent: counts }));
  if (answer.problems.length) {
    out.append(list(answer.problems.map((one) => make("li", {}, make("span", { className: `d-sev d-sev-${one.severity}`, textContent: one.severity }), " ", link(one.address, one.rule), ` ${one.message}`))));
  }
  if (answer.reading.length) out.append(make("h2", { textContent: "Odd to Read" }), list(answer.reading.map((one) => make("li", { textContent: one }))));
  out.append(make("h2", { textContent: "Settings" }), table(answer.settings, "Settings"));
  answer.passes.forEach((one, at) => out.append(make("h2", { textContent: `Pass ${at + 2}` }), table(one, `Pass ${at + 2}`)));
  if (answer.loras.length) out.append(make("h2", { textContent: "LoRAs" }), list(named(answer.loras)));
  if (answer.controlnets.length) out.append(make("h2", { textContent: "ControlNets" }), list(named(answer.controlnets)));
  if (answer.extras.length) {
    out.append(make("details", {}, make("summary", { textContent: `${answer.extras.length} more, kept as written` }),
      make("dl", { className: "d-facts" }, ...answer.extras.flatMap((one) => [make("dt", { textContent: one.name }), make("dd", { textContent: one.value })]))));
  }
  out.append(make("h2", { textContent: "In Another Tool" }), to.parentElement, make("div", { id: "d-translated" }));
  to.parentElement.hidden = false;
  translate();
};

const translate = async () => {
  const place = document.getElementById("d-translated");
  if (!place) return;
  const answer = await ask("translated", content(), [to.value, dialect.value, model.value]);
  if (answer.error) { place.replaceChildren(make("p", { className: "d-fault", textContent: answer.error })); return; }
  const copy = make("button", { type: "button", className: "d-copy", textContent: "Copy" });
  copy.addEventListener("click", async () => { await navigator.clipboard.writeText(answer.text); copy.textContent = "Copied"; });
  place.replaceChildren(copy, make("pre", {}, make("code", { textContent: answer.text, tabIndex: 0 })),
    list(answer.notes.map((one) => make("li", {}, make("b", { textContent: one.kind }), ` ${one.message} `, one.address ? link(one.address, "why") : ""))));
};

const titles = {};
let turn = 0;
const explain = async () => {
  if (!(held instanceof ArrayBuffer ? held.byteLength : held.trim())) { say.textContent = "Paste something first, or choose a file."; return; }
  const mine = ++turn;
  box.dataset.state = "busy";
  say.textContent = worker ? "Reading …" : "Loading Python, once: about 7 MB from this site …";
  try {
    if (!dialect.dataset.full) fill(await ask("choices", undefined, []));
    const answer = await ask("explain", content(), [dialect.value, model.value]);
    if (mine !== turn) return;
    show(answer);
    say.textContent = "Read in your browser. Nothing was sent.";
    box.dataset.state = "done";
  } catch (fault) {
    say.textContent = `That did not work: ${fault.message}. The command line does the same: dialed parse FILE.`;
    box.dataset.state = "failed";
  }
};

const fill = ({ models, dialects }) => {
  dialect.dataset.full = "yes";
  dialects.forEach(({ id, title }) => { titles[id] = title; });
  const options = (things) => things.map(({ id, title }) => make("option", { value: id, textContent: title }));
  const chosen = to.value;
  dialect.append(...options(dialects));
  to.replaceChildren(...options(dialects));
  to.value = chosen;
  model.append(...options(models));
};

const take = async (one) => {
  held = await one.arrayBuffer();
  text.value = dialect.value = "";
  text.placeholder = one.name;
  explain();
};
part("form").addEventListener("submit", (event) => { event.preventDefault(); if (text.value.trim()) held = text.value; explain(); });
text.addEventListener("paste", (event) => {
  const one = [...(event.clipboardData?.files ?? [])][0];
  if (one) { event.preventDefault(); take(one); }
});
file.addEventListener("change", () => file.files[0] && take(file.files[0]));
box.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("d-over"); });
box.addEventListener("dragleave", () => box.classList.remove("d-over"));
box.addEventListener("drop", (event) => { event.preventDefault(); box.classList.remove("d-over"); const one = event.dataTransfer.files[0]; if (one) take(one); });
[dialect, model].forEach((one) => one.addEventListener("change", explain));
to.addEventListener("change", () => { to.dataset.chosen = "yes"; translate(); });
examples.addEventListener("click", (event) => {
  const chosen = event.target.closest("button");
  if (!chosen) return;
  dialect.value = "";
  text.value = held = JSON.parse(part("texts").textContent)[chosen.dataset.example];
  explain();
});
