// The sampler translator: looks names up in one JSON file that the site writes from its records. The address holds the question.
(() => {
  "use strict";
  const box = document.querySelector("[data-translator]");
  const form = box.querySelector("form");
  const { from, name, schedule } = form.elements;
  const out = box.querySelector("[data-out]");
  const fault = box.querySelector("[data-fault]");
  const make = (tag, own = {}, ...inside) => { const made = Object.assign(document.createElement(tag), own); made.append(...inside); return made; };
  const fold = (text) => text.toLowerCase().replace(/[\s_\-/,:|]+/g, "");

  let asked;
  const load = () => (asked ??= fetch(box.dataset.translator).then((answer) => {
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }).catch((error) => { asked = undefined; throw error; }));

  // Reading. Of one tool: a name it knows, or a sampler's name followed by a schedule's.
  const readTool = (tool, text) => {
    const key = fold(text);
    const whole = tool.reads.find(([one]) => fold(one) === key);
    if (whole) return { sampler: whole[1], schedule: whole[2] };
    for (const [end, found] of tool.schedules) {
      if (key.endsWith(fold(end))) {
        const first = tool.reads.find(([one]) => fold(one) === key.slice(0, -fold(end).length));
        if (first) return { sampler: first[1], schedule: found };
      }
    }
    return null;
  };
  const value = (text) => (/^(true|false)$/i.test(text) ? /^t/i.test(text) : text !== "" && !isNaN(text) ? +text : text);
  const within = (some, given) => Object.entries(some).every(([key, one]) => given[key] === one);
  // Of diffusers: a class, and arguments that choose among its algorithms and schedules.
  const readClass = ({ classes, defaults, schedules }, text) => {
    const words = text.match(/[A-Za-z_]\w*(\s*[=:]\s*("[^"]*"|'[^']*'|[^\s,()]+))?/g) || [];
    const known = new Map(classes.map(([one]) => [fold(one), one]));
    const chosen = words.map((word) => known.get(fold(word)) || known.get(`${fold(word)}scheduler`)).find(Boolean);
    if (!chosen) return null;
    const given = { ...defaults[chosen] };
    for (const word of words) {
      const [key, stated] = word.split(/\s*[=:]\s*(.*)/s);
      given[key] = stated === undefined ? true : value(stated.replace(/^["']|["']$/g, ""));
    }
    const fitting = classes.filter(([one, needs]) => one === chosen && within(needs, given));
    fitting.sort((a, b) => Object.keys(b[1]).length - Object.keys(a[1]).length);
    if (!fitting.length) return null;
    const telling = (needs) => Object.fromEntries(Object.entries(needs).filter(([, one]) => one === true));
    const stated = fitting[0][3].filter((one) => {
      const needs = schedules[one]?.[0];
      if (!needs || !Object.keys(needs).length) return false;
      const flags = telling(needs);
      return within(Object.keys(flags).length ? flags : needs, given);
    });
    stated.sort((a, b) => Object.keys(schedules[b][0]).length - Object.keys(schedules[a][0]).length);
    return { sampler: fitting[0][2], schedule: stated[0] ?? null };
  };
  const readIds = (data, text) => readTool({
    reads: Object.keys(data.samplers).map((id) => [id, id, null]),
    schedules: Object.keys(data.schedules).map((id) => [id, id]),
  }, text);
  // All tools that know the name, each with what it means by it.
  const meanings = (data, text) => {
    const found = data.tools.map((tool) => ({ tool: tool.title, id: tool.id, ...readTool(tool, text) }));
    found.unshift({ tool: "diffusers", id: "diffusers", ...readClass(data.diffusers, text) });
    return found.filter((one) => one.sampler);
  };

  // Writing.
  const CLOSE = { same: "the same", close: "close", none: "none: another algorithm under a like name" };
  const near = (words) => (words?.length ? [CLOSE[words[0]], words[1]] : [CLOSE.same, ""]);
  const inTool = (tool, wanted) => {
    const sampler = tool.writes[wanted.sampler];
    if (!sampler) return { none: "has no such sampler" };
    const [plain, joined, ...nearness] = sampler;
    const [says, note] = near(nearness);
    const parts = [[tool.fields[0], plain]];
    const notes = [note];
    let how = says;
    const stated = Object.keys(joined).find((one) => joined[one] === plain);
    if (!wanted.schedule) {
      if (stated) notes.push("This name states a schedule too.");
    } else if (joined[wanted.schedule]) {
      parts[0][1] = joined[wanted.schedule];
    } else if (tool.writes_schedule[wanted.schedule]) {
      const [written, ...more] = tool.writes_schedule[wanted.schedule];
      parts.push([tool.fields[1], written]);
      const [saysOfSchedule, noteOfSchedule] = near(more);
      if (saysOfSchedule !== CLOSE.same) how = saysOfSchedule;
      notes.push(noteOfSchedule);
    } else {
      how = how === CLOSE.same ? "sampler the same, schedule none" : `${how}, schedule none`;
      notes.push("It cannot be told this schedule.");
    }
    return { parts, how, notes };
  };
  const inDiffusers = ({ classes, schedules }, wanted) => {
    const own = classes.filter(([, , sampler]) => sampler === wanted.sampler);
    const chosen = own.find(([, , , can]) => can.includes(wanted.schedule)) || own[0];
    if (!chosen) return { none: "has no such scheduler" };
    const [title, needs, , can, fidelity, note] = chosen;
    let how = CLOSE[fidelity];
    const notes = [note];
    const given = { ...needs };
    if (wanted.schedule && can.includes(wanted.schedule) && schedules[wanted.schedule]) {
      Object.assign(given, schedules[wanted.schedule][0]);
      if (schedules[wanted.schedule][1] !== "same") how = CLOSE[schedules[wanted.schedule][1]];
    } else if (wanted.schedule) {
      how = how === CLOSE.same ? "sampler the same, schedule none" : `${how}, schedule none`;
      notes.push("The class cannot follow this schedule; it keeps its own.");
    }
    const python = (one) => (one === true ? "True" : one === false ? "False" : JSON.stringify(one));
    const text = Object.entries(given).map(([key, one]) => `, ${key}=${python(one)}`).join("");
    return { parts: [["", `${title}.from_config(pipe.scheduler.config${text})`]], how, notes };
  };

  const copying = (text) => {
    const button = make("button", { type: "button", className: "d-copy", textContent: "Copy" });
    button.setAttribute("aria-label", `Copy ${text}`);
    button.onclick = () => navigator.clipboard.writeText(text).then(() => { button.textContent = "Copied"; }, () => { button.textContent = "Not allowed"; });
    return button;
  };
  const line = (title, address, told) => {
    const head = make("th", { scope: "row" }, make("a", { href: address, textContent: title }));
    if (told.none) return make("tr", { className: "d-without" }, head, make("td", { textContent: told.none }), make("td", { textContent: "none" }), make("td"));
    const names = make("td", {}, ...told.parts.map(([field, text]) => make("div", {}, field ? make("small", { textContent: field }) : "", make("code", { textContent: text }))));
    const text = told.parts.map(([, one]) => one).join(", ");
    return make("tr", {}, head, names, make("td", {}, told.how, ...told.notes.filter(Boolean).map((one) => make("small", { textContent: one.replaceAll("`", "") }))), make("td", {}, copying(text)));
  };

  const suggest = (data, text) => {
    const key = fold(text);
    const pairs = (word) => new Set([...word].slice(1).map((letter, at) => word[at] + letter));
    const own = pairs(key);
    const names = [...new Set(data.tools.flatMap((tool) => tool.reads.map(([one]) => one)))];
    const score = (one) => { const other = pairs(fold(one)); return [...own].filter((pair) => other.has(pair)).length / (own.size + other.size || 1); };
    return names.map((one) => [score(one), one]).filter(([points]) => points > 0.2).sort((a, b) => b[0] - a[0]).slice(0, 4).map(([, one]) => one);
  };

  let turn = 0;
  const answer = async () => {
    const mine = ++turn;
    const text = name.value.trim();
    fault.hidden = true;
    if (!text) { out.replaceChildren(); return; }
    let data;
    try { data = await load(); } catch { fault.textContent = "The names could not be fetched. Read from a folder, the table of all names says the same."; fault.hidden = false; return; }
    if (mine !== turn) return;
    fill(data);
    const all = meanings(data, text);
    const found = from.value ? all.find((one) => one.id === from.value) : all[0] ?? readIds(data, text);
    if (!found) {
      const there = from.value ? `${from.selectedOptions[0].textContent} has no sampler of that name.` : "No tool has a sampler of that name.";
      const others = from.value ? all.map((one) => one.tool) : [];
      out.replaceChildren(make("p", {}, there, others.length ? ` It is a name in ${[...new Set(others)].join(", ")}.` : ""),
        make("p", { className: "d-examples" }, ...suggest(data, text).flatMap((one) => {
          const button = make("button", { type: "button", className: "d-try", textContent: one });
          button.onclick = () => { from.value = ""; name.value = one; answer(); keep(true); };
          return [button, " "];
        })));
      return;
    }
    const wanted = { sampler: found.sampler, schedule: found.schedule || schedule.value || null };
    const [title, address] = data.samplers[wanted.sampler];
    const heading = make("h2", { id: "d-answer" }, make("a", { href: address, textContent: title }));
    if (wanted.schedule) heading.append(" with schedule ", make("a", { href: data.schedules[wanted.schedule][1], textContent: data.schedules[wanted.schedule][0] }));
    const parts = [heading];
    const others = all.filter((one) => one.sampler !== wanted.sampler);
    if (others.length) {
      parts.push(make("p", { className: "d-problem" }, make("b", { textContent: "The tools disagree. " }),
        ...[...new Set(others.map((one) => one.sampler))].flatMap((id) => [
          `In ${others.filter((one) => one.sampler === id).map((one) => one.tool).join(", ")} the same name is `,
          make("a", { href: data.samplers[id][1], textContent: data.samplers[id][0] }), ". "])));
    }
    if (!wanted.schedule) parts.push(make("p", { className: "d-who", textContent: "The name states no schedule: each tool then takes its own, and pictures may differ for that alone." }));
    const scroll = make("div", { className: "d-scroll", tabIndex: 0 }, make("table", { className: "d-translated" },
      make("thead", {}, make("tr", {}, ...["Tool", "Write there", "How near", ""].map((head) => make("th", { scope: "col", textContent: head, ...(head ? {} : { ariaLabel: "Copy" }) })))),
      make("tbody", {}, line("diffusers", data.diffusers.address, inDiffusers(data.diffusers, wanted)),
        ...data.tools.map((tool) => line(tool.title, tool.address, inTool(tool, wanted))))));
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-labelledby", "d-answer");
    out.replaceChildren(...parts, scroll);
  };

  // The choices belong to the tool: its names, and its schedules where they stand beside the name.
  let filled;
  const fill = (data) => {
    if (filled === from.value) return;
    filled = from.value;
    const tool = data.tools.find((one) => one.id === from.value);
    const names = from.value === "diffusers" ? data.diffusers.classes.map(([one]) => one) : (tool ? [tool] : data.tools).flatMap((one) => one.reads.map(([said]) => said));
    document.getElementById("d-names").replaceChildren(...[...new Set(names)].map((one) => make("option", { value: one })));
    const chosen = schedule.value;
    const listed = tool ? tool.schedules : Object.entries(data.schedules).map(([id, [title]]) => [title, id]);
    schedule.replaceChildren(make("option", { value: "", textContent: "none stated" }), ...listed.map(([said, id]) => make("option", { value: id, textContent: said })));
    schedule.value = chosen;
    if (schedule.selectedIndex < 0) schedule.value = "";
  };

  const keep = (push) => {
    const told = new URLSearchParams();
    for (const field of [from, name, schedule]) if (field.value) told.set(field.name, field.value);
    const address = `#${told}`;
    if (address !== location.hash) history[push ? "pushState" : "replaceState"](null, "", address);
  };
  const restore = async () => {
    const told = new URLSearchParams(location.hash.slice(1));
    from.value = told.get("from") ?? "";
    if (from.selectedIndex < 0) from.value = "";
    name.value = told.get("name") ?? "";
    if (told.has("schedule")) {
      try { fill(await load()); } catch { /* the answer says so */ }
      schedule.value = told.get("schedule");
      if (schedule.selectedIndex < 0) schedule.value = "";
    } else schedule.value = "";
    answer();
  };

  form.addEventListener("submit", (event) => { event.preventDefault(); answer(); keep(true); });
  form.addEventListener("focusin", () => load().then(fill, () => {}));
  name.addEventListener("input", () => { answer(); keep(false); });
  for (const field of [from, schedule]) field.addEventListener("change", () => { answer(); keep(true); });
  box.addEventListener("click", ({ target }) => {
    if (target.dataset.from === undefined) return;
    from.value = target.dataset.from;
    name.value = target.textContent;
    schedule.value = "";
    answer();
    keep(true);
  });
  addEventListener("popstate", restore);
  if (location.hash.length > 1) {
    out.style.minHeight = "100vh"; // the place of the answer, so that nothing moves when it comes
    form.addEventListener("input", () => { out.style.minHeight = ""; }, { once: true });
    restore();
  }
})();
