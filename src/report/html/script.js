"use strict";
// Shows, on demand, what the page does not hold yet: one requirement, one flow, or the list of all steps.
// Text only ever becomes text: nothing here makes markup out of a string. Where one is, is in the address after `#`.
(() => {
  const byId = (id) => document.getElementById(id);
  const overview = byId("overview"), detail = byId("detail"), steps = byId("steps"), form = byId("filter");
  const title = document.title;

  // Parsed when first needed, so that the page opens at once however much it holds.
  let parsed;
  const island = () => (parsed ??= JSON.parse(byId("island").textContent));
  const text = (number) => island().texts[number];
  const word = (number) => island().verdicts[number];
  const address = (parameters) => "#" + new URLSearchParams(parameters);

  function make(name, properties, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties ?? {})) {
      if (key in made) made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...children.flat().filter((child) => child !== undefined && child !== null));
    return made;
  }

  const verdict = (number) => make("span", { className: "v " + word(number) }, word(number));
  const code = (content) => make("code", null, content);
  const ms = (number) => (number < 1000 ? number.toFixed(number < 10 ? 1 : 0) + " ms" : (number / 1000).toFixed(1) + " s");
  const ruleLink = (id) => make("a", { href: address({ r: id }) }, code(id));

  function facts(pairs) {
    const shown = pairs.filter(([, value]) => value !== undefined && value !== null && value !== "");
    const row = ([label, value]) => make("div", null, make("dt", null, label), make("dd", null, value));
    return make("div", { className: "facts" }, make("dl", null, shown.map(row)));
  }

  function command(label, line) {
    const shown = make("pre", { tabIndex: 0 }, code(line));
    const button = make("button", { type: "button" }, "Copy");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(line);
        button.textContent = "Copied";
      } catch {
        // A browser that keeps the clipboard to itself: the line is selected instead.
        getSelection().selectAllChildren(shown);
        button.textContent = "Selected";
      }
    });
    return make("div", { className: "command" }, make("span", { className: "label" }, label), shown, button);
  }

  const tally = (numbers) => numbers.map((number, place) => number && number + " " + word(place)).filter(Boolean).reverse().join(", ") || "none";

  function difference(lines) {
    const names = { "-": ["wanted", "expected"], "+": ["found", "actual"], " ": ["", ""] };
    const line = ([sign, number]) => {
      const [className, label] = names[sign];
      return make("div", { className }, make("span", { className: "sign" }, label), code(text(number)));
    };
    return make("div", { className: "diff", role: "group", "aria-label": "expected against actual" }, lines.map(line));
  }

  // JSON over several lines, without reading it: its texts stay as they came, escapes and all.
  function indented(source) {
    if (!/^\s*[[{]/.test(source)) return source;
    let out = "", depth = 0, quoted = false;
    for (let at = 0; at < source.length; at++) {
      const character = source[at];
      if (quoted) {
        out += character;
        if (character === "\\") out += source[++at] ?? "";
        else if (character === '"') quoted = false;
      } else if (character === '"') {
        quoted = true;
        out += character;
      } else if (character === "{" || character === "[") {
        const end = source.slice(at + 1).match(/^\s*([}\]])/);
        if (end) {
          out += character + end[1];
          at += end[0].length;
        } else out += character + "\n" + "  ".repeat(++depth);
      } else if (character === "}" || character === "]") {
        depth = Math.max(0, depth - 1);
        out += "\n" + "  ".repeat(depth) + character;
      } else if (character === ",") out += ",\n" + "  ".repeat(depth);
      else if (character === ":") out += ": ";
      else if (!/\s/.test(character)) out += character;
    }
    return out;
  }

  function message(first, headers, body) {
    const lines = [first, ...(headers === undefined ? [] : island().headers[headers].map(([name, value]) => text(name) + ": " + text(value)))];
    const shown = [make("pre", { tabIndex: 0 }, code(lines.join("\n") + (body ? "\n\n" + indented(text(body[0])) : "")))];
    if (body && body[1] !== undefined) shown.push(make("p", { className: "note" }, text(body[1])));
    return shown;
  }

  function exchange(sent) {
    const answer = sent.s === undefined ? make("p", null, text(sent.f)) : message(String(sent.s), sent.H, sent.B);
    return make("div", { className: "exchange" },
      make("div", { className: "sides" },
        make("div", null, make("h2", null, "Request"), message(text(sent.m) + " " + text(sent.u), sent.h, sent.b)),
        make("div", null, make("h2", null, (sent.s === undefined ? "No answer" : "Answer") + " after " + ms(sent.ms)), answer)),
      command("send it again", sent.c.map(text).join(" ")));
  }

  function check(it) {
    const name = it.r === undefined ? code(text(it.k)) : ruleLink(text(it.r));
    return make("li", null, verdict(it.v), " ", name,
      it.n === undefined ? null : make("span", { className: "note" }, text(it.n)),
      it.w === undefined ? null : make("span", { className: "at" }, " at ", code(text(it.w))),
      it.d ? difference(it.d) : null);
  }

  const duration = (step) => (step.x ?? []).reduce((sum, sent) => sum + sent.ms, 0);

  function timelineStep(step, start, whole, open) {
    const took = duration(step), bar = make("span");
    bar.style.marginInlineStart = (100 * start / whole).toFixed(2) + "%";
    bar.style.width = (100 * took / whole).toFixed(2) + "%";
    const what = make("span", { className: "what" }, make("b", null, text(step.n)), " " + text(step.d), step.a === undefined ? null : make("span", { className: "note" }, text(step.a)));
    const shown = make("details", null,
      make("summary", null, verdict(step.v), what, make("span", { className: "ms" }, step.x ? ms(took) : ""),
        step.x ? make("span", { className: "track", "aria-hidden": "true" }, bar) : null));
    // Filled when first opened: most steps are never looked at.
    const fill = () => {
      if (shown.childElementCount > 1) return;
      const checks = [...(step.c ?? [])].sort((left, right) => right.v - left.v);
      shown.append(make("div", { className: "inside" }, make("p", { className: "place" }, text(step.p)),
        make("ul", { className: "checks" }, checks.map(check)), (step.x ?? []).map(exchange)));
    };
    shown.addEventListener("toggle", () => shown.open && fill());
    if (open) {
      fill();
      shown.open = true;
    }
    return shown;
  }

  const grave = (number) => ["fail", "broken", "warn"].includes(word(number));

  function flowView(id, wanted) {
    const flow = island().flows.find((flow) => flow.id === id);
    if (!flow) return [heading("There is no flow " + id)];
    const whole = Math.max(0.1, flow.steps.reduce((sum, step) => sum + duration(step), 0));
    let start = 0, target;
    const items = flow.steps.map((step) => {
      const item = make("li", null, timelineStep(step, start, whole, wanted === undefined ? grave(step.v) : wanted === text(step.n)));
      start += duration(step);
      if (wanted === text(step.n)) target ??= item;
      return item;
    });
    return [heading(flow.id, verdict(flow.v)), make("p", null, flow.about),
      facts([["suite", text(flow.suite)], ["took", ms(flow.ms)], ["checks", tally(flow.checks)], ["place", flow.place]]),
      command("run it again", flow.rerun),
      make("ol", { className: "timeline", "aria-label": "Steps in the order in which they were done" }, items), target];
  }

  function ruleView(id) {
    const rule = island().requirements.find((rule) => rule.id === id);
    if (!rule) return [heading("There is no requirement " + id)];
    const found = [];
    for (const flow of island().flows) {
      for (const step of flow.steps) {
        for (const it of step.c ?? []) if (it.r !== undefined && text(it.r) === id) found.push([it, flow, step]);
      }
    }
    found.sort(([left], [right]) => right.v - left.v);
    const item = ([it, flow, step]) => make("li", null, verdict(it.v), " ",
      make("a", { href: address({ f: flow.id, s: text(step.n) }) }, flow.id + ", step " + text(step.n) + ": " + text(step.d)),
      it.d ? difference(it.d) : null);
    const counted = rule.checks.reduce((sum, number) => sum + number, 0);
    const uncounted = counted > found.length ? "Checks of every answer are listed only where they did not pass." : "";
    const list = make("ul", { className: "checks" });
    return [heading(rule.id, make("span", { className: "s " + rule.class }, rule.status)), make("p", null, rule.says),
      facts([["level", rule.level], ["kind", rule.kind], ["operation", rule.operation ?? "every operation"], ["source", rule.source], ["rests on", rule.refs.join("; ")],
        ["note", rule.note], ["checks", tally(rule.checks)]]),
      command("run it again", rule.rerun), make("h2", null, "Checks"), make("p", { className: "note" }, uncounted), list,
      ...inParts(list, found.map((entry) => () => item(entry)))];
  }

  const heading = (name, mark) => make("h1", { tabIndex: -1 }, name, " ", mark);

  // Fills a list a part at a time; gives the button that asks for the next part.
  function inParts(list, makers, part = 200) {
    const button = make("button", { type: "button" }, "Show more");
    let next = 0;
    const more = () => {
      list.append(...makers.slice(next, next + part).map((maker) => maker()));
      next += part;
      button.hidden = next >= makers.length;
    };
    button.addEventListener("click", more);
    more();
    return [button];
  }

  // One row a step, and the numbers of all texts in it, so that a text is looked for once in the table.
  let indexed;
  function index() {
    if (indexed) return indexed;
    const levels = new Map(island().requirements.map((rule) => [rule.id, rule.level]));
    const numbers = (value, into) => {
      for (const sent of value.x ?? []) {
        into.push(sent.o, sent.u, ...[sent.b?.[0], sent.B?.[0], sent.f].filter((it) => it !== undefined));
      }
      for (const it of value.c ?? []) into.push(...[it.r, it.n].filter((it) => it !== undefined), ...(it.d ?? []).map(([, line]) => line));
      return into;
    };
    indexed = [];
    for (const flow of island().flows) {
      for (const step of flow.steps) {
        const rules = [...new Set((step.c ?? []).filter((it) => it.r !== undefined).map((it) => text(it.r)))];
        indexed.push({
          flow, step, rules,
          verdicts: new Set([step.v, ...(step.c ?? []).map((it) => it.v)]),
          levels: new Set(rules.map((id) => levels.get(id))),
          operations: new Set((step.x ?? []).map((sent) => text(sent.o))),
          numbers: numbers(step, [step.n, step.d, flow.suite, ...(step.a === undefined ? [] : [step.a])]),
        });
      }
    }
    return indexed;
  }

  function matching({ q, v, o, l }) {
    const wanted = q.trim().toLowerCase();
    const holds = wanted ? island().texts.map((it) => it.toLowerCase().includes(wanted)) : undefined;
    const place = island().verdicts.indexOf(v);
    return index().filter((row) => (!v || row.verdicts.has(place)) && (!o || row.operations.has(o)) && (!l || row.levels.has(l))
      && (!holds || row.flow.id.toLowerCase().includes(wanted) || row.numbers.some((number) => holds[number])));
  }

  const PART = 200;
  let rows = [], shownRows = 0;
  function row({ flow, step, rules }) {
    return make("li", null, make("a", { href: address({ f: flow.id, s: text(step.n) }) }, verdict(step.v),
      make("span", { className: "what" }, flow.id + ", step " + text(step.n) + ": " + text(step.d)),
      make("span", null, step.x ? ms(duration(step)) : ""),
      rules.length ? make("span", { className: "more" }, rules.slice(0, 4).join(", ") + (rules.length > 4 ? " and " + (rules.length - 4) + " more" : "")) : null));
  }
  function more() {
    byId("list").append(...rows.slice(shownRows, shownRows + PART).map(row));
    shownRows = Math.min(rows.length, shownRows + PART);
    byId("more").hidden = shownRows >= rows.length;
  }
  byId("more").addEventListener("click", more);
  new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && more(), { rootMargin: "600px" }).observe(byId("more"));

  function list() {
    const wanted = Object.fromEntries(new FormData(form));
    rows = matching(wanted);
    shownRows = 0;
    byId("list").replaceChildren();
    byId("found").textContent = rows.length + " of " + index().length + " steps";
    more();
  }

  // A filter is part of the address, so that it can be sent to somebody else.
  function filtering(form, part, show) {
    let waiting;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const chosen = [...new FormData(form)].filter(([, value]) => value);
        history.replaceState(null, "", address([[part, ""], ...chosen]).replace(part + "=", part));
        show();
      }, 120);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  filtering(form, "steps", list);

  // The table of the requirements: those that match all that is chosen, as from a cell of the matrix.
  const rulesForm = byId("rules-filter"), ruleRows = [...document.querySelectorAll(".rules tbody tr")];
  function filterRules() {
    const { q, v, o, k, l } = Object.fromEntries(new FormData(rulesForm));
    const wanted = q.trim().toLowerCase();
    let count = 0;
    for (const line of ruleRows) {
      const { status, operation, kind, level } = line.dataset;
      line.hidden = Boolean((v && status !== v) || (o && operation !== o) || (k && kind !== k) || (l && level !== l)
        || (wanted && !line.textContent.toLowerCase().includes(wanted)));
      count += !line.hidden;
    }
    byId("rules-found").textContent = count + " of " + ruleRows.length + " requirements";
  }
  function rules(where) {
    for (const field of rulesForm.elements) field.value = where.get(field.name) ?? "";
    filterRules();
    byId("rules").scrollIntoView();
    byId("rules").focus({ preventScroll: true });
  }
  filtering(rulesForm, "rules", filterRules);

  function route() {
    const where = new URLSearchParams(location.hash.slice(1));
    const [shownDetail, shownSteps] = [where.has("r") || where.has("f"), where.has("steps")];
    overview.hidden = shownDetail || shownSteps;
    detail.hidden = !shownDetail;
    steps.hidden = !shownSteps;
    document.title = title;
    if (shownDetail) {
      const [view, target] = where.has("r") ? [ruleView(where.get("r"))] : (() => {
        const parts = flowView(where.get("f"), where.get("s") ?? undefined);
        return parts.length > 1 ? [parts.slice(0, -1), parts.at(-1)] : [parts];
      })();
      const back = make("p", null, make("a", { href: "#findings" }, "Findings"), " · ", make("a", { href: "#rules" }, "Requirements"), " · ", make("a", { href: "#steps" }, "Steps"));
      detail.replaceChildren(back, ...view);
      const name = detail.querySelector("h1");
      document.title = name.textContent.trim() + " · " + title;
      name.focus({ preventScroll: true });
      if (target) {
        target.scrollIntoView();
        target.querySelector("summary").focus({ preventScroll: true });
      } else scrollTo(0, 0);
    } else if (shownSteps) {
      for (const field of form.elements) if (field.name) field.value = where.get(field.name) ?? "";
      list();
      scrollTo(0, 0);
      steps.focus({ preventScroll: true });
    } else {
      detail.replaceChildren();
      const part = location.hash.slice(1).split("&")[0];
      if (part === "rules") rules(where);
      else if (part) byId(part)?.scrollIntoView();
      else scrollTo(0, 0);
    }
  }

  for (const scripted of document.querySelectorAll(".scripted")) scripted.hidden = false;
  filterRules();
  // The lines of the page itself get the same buttons as those that are made here.
  for (const shown of document.querySelectorAll("#overview .command")) {
    shown.replaceWith(command(shown.querySelector(".label").textContent, shown.querySelector("code").textContent));
  }
  addEventListener("hashchange", route);
  if (location.hash) route();
})();
