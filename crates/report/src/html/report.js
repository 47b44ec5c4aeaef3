"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const WORDS = ["low", "medium", "high", "critical"];
  const SURE = ["possible", "likely", "sure"];
  const PAGE = 50;
  const LARGEST_PICTURE = 30;
  const $ = (id) => document.getElementById(id);

  // Texts of inputs become text nodes and attributes only, never markup.
  function el(tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
  }
  function svg(tag, attributes, ...children) {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  }
  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value);
    }
    for (const child of children.flat()) {
      if (child !== undefined && child !== null) node.append(child);
    }
    return node;
  }
  const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

  // Characters that can not be seen, or that turn the direction of reading, are spelt out.
  const HIDDEN = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u061c\u180e\ufeff\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
  const visible = (text) => text.replace(HIDDEN, (it) => `\\u{${it.codePointAt(0).toString(16)}}`);

  /** Bits in back-ticks are code. */
  function words(text) {
    return text.split("`").map((part, at, all) => (at % 2 && at < all.length - 1 ? el("code", {}, part) : at % 2 ? `\`${part}` : part));
  }
  function placeText([file, line, column]) {
    const path = data.files[file].path;
    return line ? `${path}:${line}:${column}` : path;
  }

  // ---- what is chosen
  const all = data.findings;
  const chosen = { severities: new Set(), risk: "", function: "", file: "", text: "", accepted: false, node: null };
  let shown = [];
  let page = 0;

  function haystack(finding) {
    if (finding.hay === undefined) {
      const rule = data.rules[finding.rule];
      const parts = [finding.message, rule.id, rule.name, finding.function, finding.resource, data.files[finding.place[0]].path, finding.package];
      finding.hay = parts.concat(finding.advisories || []).filter(Boolean).join("\n").toLowerCase();
    }
    return finding.hay;
  }
  function choose() {
    const text = chosen.text.toLowerCase().split(/\s+/).filter(Boolean);
    const node = chosen.node;
    shown = all.filter((it) =>
      (chosen.accepted || !it.accepted) &&
      (!chosen.severities.size || chosen.severities.has(it.severity)) &&
      (!chosen.risk || data.rules[it.rule].risk === chosen.risk) &&
      (!chosen.function || it.function === chosen.function) &&
      (!chosen.file || data.files[it.place[0]].path === chosen.file) &&
      (!node || node.functions.has(it.function) || node.label === it.resource) &&
      (!text.length || text.every((word) => haystack(it).includes(word))));
    page = 0;
    draw();
  }

  // ---- head and summary
  function drawHead() {
    $("title").textContent = data.root || "Application";
    document.title = `${data.root || "Application"}: security report`;
    const summary = data.summary;
    const made = data.time ? ` · ${data.time.replace("T", " ").replace("Z", " UTC")}` : "";
    $("about").textContent = `Security report of faasguard ${data.version}${made}`;
    const facts = [[summary.files_scanned, "file"], [summary.functions, "function"], [summary.components, "package"]];
    for (const [count, word] of facts) {
      $("facts").append(el("li", {}, el("b", {}, count.toLocaleString("en")), ` ${word}${count === 1 ? "" : "s"}`));
    }
    if (summary.undetermined) $("facts").append(el("li", {}, el("b", {}, String(summary.undetermined)), " checks without an answer before deployment"));
    if (summary.suppressed) $("facts").append(el("li", {}, el("b", {}, String(summary.suppressed)), " accepted"));
    if (data.vulndb) $("facts").append(el("li", {}, `known flaws of ${data.vulndb.date.slice(0, 10)}, ${data.vulndb.advisories.toLocaleString("en")} advisories`));
    const lost = [];
    if (summary.files_not_scanned) lost.push(`${plural(summary.files_not_scanned, "file")} not scanned`);
    if (summary.files_in_part) lost.push(`${plural(summary.files_in_part, "file")} read in part`);
    if (summary.functions_without_code) lost.push(`${plural(summary.functions_without_code, "function")} without code beside the template`);
    if (summary.components_not_looked_up) lost.push(`${plural(summary.components_not_looked_up, "package")} not looked up for known flaws`);
    if (lost.length) {
      $("notice").hidden = false;
      $("notice").append("Not everything was looked at: ", lost.join(", "), ". ");
      if (data.diagnostics.length) $("notice").append(el("a", { href: "#lost" }, "See what"));
    }
  }
  function drawCards() {
    for (let severity = 3; severity >= 0; severity--) {
      const count = data.summary[WORDS[severity]];
      const rules = new Set(all.filter((it) => it.severity === severity && !it.accepted).map((it) => it.rule)).size;
      const card = el("button", { type: "button", class: `card s${severity}`, "aria-pressed": "false", id: `severity-${WORDS[severity]}` },
        el("span", { class: "number" }, count.toLocaleString("en")), el("span", { class: "name" }, WORDS[severity]), el("span", { class: "more" }, count ? `of ${plural(rules, "rule")}` : "none"));
      card.addEventListener("click", () => {
        if (!chosen.severities.delete(severity)) chosen.severities.add(severity);
        choose();
      });
      $("cards").append(card);
    }
  }
  function drawRisks() {
    const counts = new Map(data.risks.map((risk) => [risk.id, [0, 0, 0, 0]]));
    for (const it of all) if (!it.accepted) { const of = counts.get(data.rules[it.rule].risk); if (of) of[it.severity]++; }
    const sum = (list) => list.reduce((left, right) => left + right, 0);
    const most = Math.max(1, ...[...counts.values()].map(sum));
    for (const risk of data.risks) {
      const of = counts.get(risk.id);
      const bar = el("span", { class: "bar", "aria-hidden": "true" });
      for (let severity = 3; severity >= 0; severity--) {
        const part = el("i", { class: `s${severity}` });
        part.style.width = `${(100 * of[severity]) / most}%`;
        bar.append(part);
      }
      const button = el("button", { type: "button", class: `risk${sum(of) ? "" : " none"}`, "aria-pressed": "false", title: risk.summary, "data-risk": risk.id },
        el("span", { class: "id" }, risk.id), el("span", { class: "title" }, risk.title), bar, el("span", { class: "count" }, sum(of).toLocaleString("en")));
      button.addEventListener("click", () => { chosen.risk = chosen.risk === risk.id ? "" : risk.id; choose(); });
      $("risks").append(el("li", {}, button));
    }
  }

  // ---- filters
  function options(select, first, values) {
    select.append(el("option", { value: "" }, first));
    for (const [value, text] of values) select.append(el("option", { value }, text));
  }
  function drawFilters() {
    options($("risk"), "every risk", data.risks.map((risk) => [risk.id, `${risk.id} ${risk.title}`]));
    const sorted = (values) => [...new Set(values)].filter(Boolean).sort((left, right) => (left < right ? -1 : 1)).map((it) => [it, it]);
    options($("function"), "every function", sorted(data.functions.map((it) => it.name).concat(all.map((it) => it.function))));
    options($("file"), "every file", sorted(all.map((it) => data.files[it.place[0]].path)));
    for (const name of ["risk", "function", "file"]) {
      $(name).addEventListener("change", () => { chosen[name] = $(name).value; choose(); });
    }
    let wait = 0;
    $("text").addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => { chosen.text = $("text").value; choose(); }, 120);
    });
    $("accepted").addEventListener("change", () => { chosen.accepted = $("accepted").checked; choose(); });
    $("filters").addEventListener("submit", (event) => event.preventDefault());
    $("clear").addEventListener("click", clear);
    const turn = (to) => { page = to; drawList(); $("findings").scrollIntoView(); };
    $("first").addEventListener("click", () => turn(0));
    $("before").addEventListener("click", () => turn(page - 1));
    $("next").addEventListener("click", () => turn(page + 1));
    $("last").addEventListener("click", () => turn(pages() - 1));
  }
  function clear() {
    Object.assign(chosen, { risk: "", function: "", file: "", text: "", accepted: false, node: null });
    chosen.severities.clear();
    choose();
  }
  const pages = () => Math.max(1, Math.ceil(shown.length / PAGE));

  function draw() {
    for (const word of WORDS) $(`severity-${word}`).setAttribute("aria-pressed", String(chosen.severities.has(WORDS.indexOf(word))));
    for (const button of document.querySelectorAll(".risk")) button.setAttribute("aria-pressed", String(button.dataset.risk === chosen.risk));
    for (const name of ["risk", "function", "file"]) if ($(name).value !== chosen[name]) $(name).value = chosen[name];
    if ($("text").value.trim() !== chosen.text.trim()) $("text").value = chosen.text;
    $("accepted").checked = chosen.accepted;
    drawPicture();
    drawList();
    remember();
  }

  // ---- findings
  function drawList() {
    const start = page * PAGE;
    const part = shown.slice(start, start + PAGE);
    $("list").replaceChildren(...part.map(row));
    $("list").setAttribute("start", String(start + 1));
    const total = all.length - (chosen.accepted ? 0 : data.summary.suppressed);
    const node = chosen.node ? ` of what hangs together with ${chosen.node.label}` : "";
    $("status").textContent = !all.length ? "No findings." :
      shown.length === total ? `${plural(total, "finding")}, worst first` :
      `${shown.length.toLocaleString("en")} of ${plural(total, "finding")}${node}${shown.length ? "" : "; choose less, or clear the filters"}`;
    $("pager").hidden = pages() === 1;
    $("page").textContent = `Page ${(page + 1).toLocaleString("en")} of ${pages().toLocaleString("en")}`;
    $("first").disabled = $("before").disabled = page === 0;
    $("next").disabled = $("last").disabled = page >= pages() - 1;
  }
  function row(finding) {
    const rule = data.rules[finding.rule];
    const details = el("details", { class: "finding" },
      el("summary", {},
        el("span", { class: `pill s${finding.severity}` }, WORDS[finding.severity]),
        el("span", { class: "message" }, words(finding.message), el("br"),
          el("span", { class: "rule" }, `${rule.id} ${rule.name}`, finding.sure < 2 ? ` · ${SURE[finding.sure]}` : "", finding.when ? " · only when " : "", finding.when ? words(finding.when) : "", finding.accepted ? " · accepted" : "")),
        el("span", { class: "place" }, finding.function ? el("span", { class: "fn" }, finding.function) : null, placeText(finding.place))));
    // What unfolds is drawn when it is asked for.
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(detail(finding, rule));
    });
    return el("li", { class: finding.accepted ? "accepted" : null }, details);
  }
  function detail(finding, rule) {
    const out = el("div", { class: "detail" });
    out.append(...block("Where", code(finding.place, 2)));
    if (finding.path) out.append(...block("Way of an attack", el("ol", { class: "hops" }, finding.path.map((it) => el("li", {}, it)))));
    if (finding.trace) {
      const steps = finding.trace.map(([place, note]) => el("li", {}, el("div", { class: "text" }, words(note)), el("p", { class: "caption mono" }, placeText(place)), lines(place, 0)));
      out.append(...block("How it is reached", el("ol", { class: "steps" }, steps)));
    }
    if (finding.fix) {
      const fix = el("div", { class: "fix" }, el("h3", {}, "What to do"), el("div", { class: "text" }, el("p", {}, words(finding.fix.description))));
      for (const [place, text] of finding.fix.edits || []) fix.append(change(place, text));
      out.append(fix);
    }
    if (rule.why) out.append(...block("Why it matters", el("div", { class: "text" }, prose(rule.why))));
    const facts = el("dl", { class: "facts2" });
    const fact = (name, value) => { if (value) facts.append(el("dt", {}, name), el("dd", {}, value)); };
    fact("Sure", SURE[finding.sure]);
    fact("Resource", finding.resource);
    fact("Property", finding.property);
    fact("Secret", finding.secret);
    fact("Package", finding.package);
    fact("Mended in", finding.fixed);
    fact("Known as", (finding.advisories || []).join(", "));
    for (const seen of finding.evidence || []) fact("Seen", seen);
    fact("Weakness", rule.cwe.map((it) => `CWE-${it}`).join(", "));
    fact("OWASP Serverless", rule.owasp === "Other" ? "" : rule.owasp);
    fact("Accepted", finding.accepted);
    fact("Fingerprint", finding.fingerprint);
    out.append(facts);
    return out;
  }
  function block(title, body) {
    return body ? [el("h3", {}, title), body] : [];
  }
  /** Markdown of rules, which is ours: paragraphs, lists and code. */
  function prose(text) {
    return text.split(/\n{2,}/).map((part) => part.startsWith("```") ?
      el("pre", { class: "code" }, part.replace(/^```\w*\n?|\n?```$/g, "").split("\n").map((line) => el("span", { class: "row" }, line))) :
      el("p", {}, words(part.replace(/\*\*/g, "").replace(/\n/g, " ").replace(/\[([^\]]*)\]\(([^)]*)\)/g, "$1 ($2)"))));
  }

  // ---- code
  function code(place, around) {
    const [file] = place;
    const body = lines(place, around);
    return el("div", {}, el("p", { class: "caption mono" }, placeText(place)), body || `the file ${data.files[file].path} as a whole`);
  }
  function lines([file, line, column, endLine, endColumn], around) {
    const known = data.files[file].lines || {};
    const last = Math.min(Math.max(line, endLine), line + 12);
    const rows = [];
    for (let at = line - around; at <= last + around; at++) {
      const text = known[at];
      if (text === undefined || line === 0) continue;
      const isMeant = at >= line && at <= last;
      const start = at === line ? column - 1 : 0;
      const end = at === endLine ? endColumn - 1 : Infinity;
      rows.push(el("span", { class: `row${isMeant ? " at" : ""}` }, el("span", { class: "n" }, String(at)), isMeant && line === endLine ? marked(text, start, end) : visible(text)));
    }
    return rows.length ? el("pre", { class: "code" }, rows) : null;
  }
  function marked(text, start, end) {
    const characters = Array.from(text);
    const cut = (from, to) => visible(characters.slice(from, to).join(""));
    if (end <= start || start >= characters.length) return visible(text);
    return [cut(0, start), el("mark", {}, cut(start, end)), cut(end)];
  }
  /** An edit as lines that go and lines that come. */
  function change([file, line, column, endLine, endColumn], text) {
    const known = data.files[file].lines || {};
    const first = known[line];
    const last = known[endLine];
    const sign = (class_, mark, rest) => el("span", { class: `row ${class_}` }, `${mark} ${visible(rest)}`);
    if (first === undefined || last === undefined) {
      return el("pre", { class: "code" }, text.split("\n").map((it) => sign("plus", "+", it)));
    }
    const before = Array.from(first).slice(0, column - 1).join("");
    const behind = Array.from(last).slice(endColumn - 1).join("");
    const old = [];
    for (let at = line; at <= endLine && old.length < 40; at++) old.push(known[at] ?? "…");
    const fresh = `${before}${text}${behind}`.split("\n");
    return el("pre", { class: "code" }, old.map((it) => sign("minus", "-", it)), fresh.map((it) => sign("plus", "+", it)));
  }

  // ---- picture of the application
  const COLUMN = { internet: 0, account: 0, service: 0, trigger: 1, function: 2, role: 3, resource: 4 };
  const TITLES = ["REACHED FROM", "TRIGGERS", "FUNCTIONS", "ROLES", "RESOURCES"];
  const nodes = data.graph.nodes.map(([label, kind, risk], at) => ({ at, label, kind, risk, column: COLUMN[kind], into: [], out: [] }));
  const edges = data.graph.edges.map(([from, to, label, danger]) => ({ from: nodes[from], to: nodes[to], label, danger }));
  for (const edge of edges) { edge.from.out.push(edge); edge.to.into.push(edge); }

  function reach(start, isForward) {
    const seen = new Set([start]);
    const stack = [start];
    while (stack.length) {
      const node = stack.pop();
      for (const edge of isForward ? node.out : node.into) {
        const next = isForward ? edge.to : edge.from;
        if (!seen.has(next)) { seen.add(next); stack.push(next); }
      }
    }
    return seen;
  }
  const near = (node) => new Set([...reach(node, true), ...reach(node, false)]);

  /** The functions to draw: all, those chosen, or those with the worst findings. */
  function drawnFunctions() {
    const functions = nodes.filter((it) => it.kind === "function");
    if (functions.length <= LARGEST_PICTURE) return functions;
    const pick = chosen.function ? functions.filter((it) => it.label === chosen.function) : chosen.node ? functions.filter((it) => chosen.node.functions.has(it.label)) : functions;
    const weight = new Map();
    for (const it of shown) if (it.function) weight.set(it.function, (weight.get(it.function) || 0) + 1000 ** it.severity);
    const found = pick.filter((it) => weight.has(it.label));
    return (found.length ? found : pick).sort((left, right) => (weight.get(right.label) || 0) - (weight.get(left.label) || 0)).slice(0, LARGEST_PICTURE);
  }
  let pictured = "";
  function drawPicture() {
    if (!nodes.length) return;
    $("application").hidden = false;
    const functions = drawnFunctions();
    const key = functions.map((it) => it.at).join();
    const count = nodes.filter((it) => it.kind === "function").length;
    if (key !== pictured) {
      pictured = key;
      const parts = new Set(functions.flatMap((it) => [...near(it)]));
      const few = nodes.filter((it) => parts.has(it) && (it.kind !== "function" || functions.includes(it)));
      // Without functions there may still be parts of an application.
      $("picture").replaceChildren(picture(count ? few : nodes.slice(0, 200)));
      $("drawn").textContent = functions.length === count ? "Choose a part to see its findings" : `The ${functions.length} functions with the worst findings of ${count.toLocaleString("en")}; choose others below`;
    }
    const selected = chosen.node || (chosen.function && nodes.find((it) => it.kind === "function" && it.label === chosen.function));
    const close = selected ? near(nodes[selected.at]) : new Set();
    $("picture").firstChild.classList.toggle("chosen", Boolean(selected));
    for (const part of $("picture").querySelectorAll("[data-at]")) {
      const node = nodes[part.dataset.at];
      part.classList.toggle("near", close.has(node));
      part.setAttribute("aria-pressed", String(Boolean(selected) && selected.at === node.at));
    }
    for (const part of $("picture").querySelectorAll("[data-edge]")) {
      const edge = edges[part.dataset.edge];
      part.classList.toggle("near", close.has(edge.from) && close.has(edge.to));
    }
  }
  function pick(node) {
    if (node.kind === "function") {
      chosen.function = chosen.function === node.label ? "" : node.label;
      chosen.node = null;
    } else {
      const isSame = chosen.node && chosen.node.at === node.at;
      const functions = [...reach(node, node.column < 2)].filter((it) => it.kind === "function").map((it) => it.label);
      chosen.node = isSame ? null : { at: node.at, label: node.label, functions: new Set(functions) };
      chosen.function = "";
    }
    choose();
  }

  const HEIGHT = 46, GAP = 20, TOP = 46, SIDE = 24;
  function place(few) {
    const columns = TITLES.map((_, column) => few.filter((it) => it.column === column)).filter((it) => it.length);
    const here = new Set(few);
    const pull = (node, isLeft) => {
      const others = (isLeft ? node.into.map((it) => it.from) : node.out.map((it) => it.to)).filter((it) => here.has(it) && it.column !== node.column);
      return others.length ? others.reduce((sum, it) => sum + it.y, 0) / others.length : undefined;
    };
    const sweep = (isLeft) => (isLeft ? columns : [...columns].reverse());
    for (const column of columns) column.forEach((node, at) => { node.y = at; });
    for (let round = 0; round < 6; round++) {
      for (const column of sweep(round % 2 === 0)) {
        const wish = new Map(column.map((node) => [node, pull(node, round % 2 === 0) ?? node.y]));
        column.sort((left, right) => wish.get(left) - wish.get(right)).forEach((node, at) => { node.y = at; });
      }
    }
    for (const column of columns) column.forEach((node, at) => { node.y = at * (HEIGHT + GAP); });
    for (let round = 0; round < 8; round++) {
      for (const column of sweep(round % 2 === 0)) {
        let bottom = -Infinity, drift = 0;
        for (const node of column) {
          const wish = pull(node, round % 2 === 0) ?? node.y;
          node.y = Math.max(wish, bottom + GAP);
          bottom = node.y + HEIGHT;
          drift += node.y - wish;
        }
        for (const node of column) node.y -= drift / column.length;
      }
    }
    const least = Math.min(...few.map((it) => it.y));
    const widths = columns.map((column) => {
      const longest = Math.max(...column.map((it) => it.label.length));
      return Math.min(280, Math.max(120, longest * 7.4 + 44));
    });
    // A channel has room for what is written on its lines, and more when there is room.
    const channels = columns.slice(1).map((column) => {
      const longest = Math.max(0, ...column.flatMap((node) => node.into.filter((it) => here.has(it.from)).map((it) => it.label.length)));
      return Math.min(150, Math.max(64, longest * 6.2 + 26));
    });
    const sum = (list) => list.reduce((one, other) => one + other, 0);
    const spare = $("picture").clientWidth - 2 * SIDE - sum(widths) - sum(channels);
    const more = Math.min(90, Math.max(0, spare / Math.max(1, channels.length)));
    let left = SIDE, height = 0;
    const heads = [];
    for (const [at, column] of columns.entries()) {
      const width = widths[at];
      heads.push([TITLES[column[0].column], left]);
      for (const node of column) {
        Object.assign(node, { x: left, width, y: node.y - least + TOP });
        height = Math.max(height, node.y + HEIGHT);
      }
      const channel = at < channels.length ? channels[at] + more : 0;
      left += width + channel;
    }
    return { heads, width: left + SIDE, height: height + SIDE };
  }
  function picture(few) {
    const { heads, width, height } = place(few);
    const here = new Set(few);
    const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: width > $("picture").clientWidth && width < $("picture").clientWidth * 1.35 ? "fits" : "", role: "group", "aria-label": "Application" });
    const tip = (id, danger) => svg("marker", { id, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto" }, svg("path", { class: `tip${danger ? " danger" : ""}`, d: "M0,1 L10,5 L0,9 z" }));
    root.append(svg("defs", {}, tip("tip", false), tip("tip-danger", true)));
    for (const [text, x] of heads) root.append(svg("text", { class: "column", x, y: 26 }, text));
    const drawn = edges.map((edge, at) => ({ edge, at })).filter(({ edge }) => here.has(edge.from) && here.has(edge.to));
    drawn.sort((left, right) => Number(left.edge.danger) - Number(right.edge.danger));
    const notes = [];
    for (const { edge, at } of drawn) {
      const x1 = edge.from.x + edge.from.width, y1 = edge.from.y + HEIGHT / 2, x2 = edge.to.x, y2 = edge.to.y + HEIGHT / 2;
      const middle = (x1 + x2) / 2;
      root.append(svg("path", { class: `edge${edge.danger ? " danger" : ""}`, "marker-end": `url(#tip${edge.danger ? "-danger" : ""})`, d: `M${x1},${y1} C${middle},${y1} ${middle},${y2} ${x2 - 2},${y2}`, "data-edge": at },
        svg("title", {}, `${edge.from.label} → ${edge.to.label}${edge.label ? `: ${edge.label}` : ""}`)));
      if (edge.label) notes.push({ text: short(edge.label, Math.max(8, Math.floor((x2 - x1) / 6.4))), full: edge.label, x: middle, x1, y1, x2, y2, at });
    }
    // A label stands where it covers no other one, or not at all: the line tells it, too.
    const taken = [];
    for (const note of notes) {
      for (const part of [0.5, 0.62, 0.38, 0.72, 0.28]) {
        const y = note.y1 + (note.y2 - note.y1) * (part * part * (3 - 2 * part)) - 4;
        const x = note.x1 + (note.x2 - note.x1) * (1.5 * part * (1 - part) + part ** 3);
        const half = note.text.length * 3.1;
        if (x - half < note.x1 || x + half > note.x2) continue;
        if (taken.some(([tx, ty, th]) => Math.abs(x - tx) < half + th + 4 && Math.abs(y - ty) < 14)) continue;
        taken.push([x, y, half]);
        root.append(svg("text", { class: "note", x, y, "text-anchor": "middle", "data-edge": note.at }, note.text));
        break;
      }
    }
    for (const node of few) root.append(card(node));
    return root;
  }
  function card(node) {
    const { x, y, width } = node;
    const isRound = node.column === 0;
    const risk = node.risk === null ? "" : ` r${node.risk}`;
    const worst = node.risk === null ? "" : `, worst finding ${WORDS[node.risk]}`;
    const inset = isRound ? 18 : 10;
    const group = svg("g", { class: `node${risk}`, tabindex: 0, role: "button", "aria-pressed": "false", "aria-label": `${node.kind} ${node.label}${worst}`, "data-at": node.at },
      svg("title", {}, `${node.kind}: ${node.label}${worst}`),
      svg("rect", { class: "box", x, y, width, height: HEIGHT, rx: isRound ? HEIGHT / 2 : 8 }),
      svg("rect", { class: `k-${node.kind}`, x: x + inset, y: y + 10, width: 4, height: HEIGHT - 20, rx: 2 }),
      svg("text", { class: "kind", x: x + inset + 12, y: y + 18 }, node.kind),
      svg("text", { class: "label", x: x + inset + 12, y: y + 34 }, short(node.label, Math.floor((width - inset - 18) / 7.4))));
    if (node.risk !== null) {
      const word = WORDS[node.risk];
      const wide = word.length * 6.4 + 14;
      group.append(svg("rect", { class: `b${node.risk}`, x: x + width - wide - 10, y: y - 8, width: wide, height: 16, rx: 8 }),
        svg("text", { class: "badge", x: x + width - wide / 2 - 10, y: y + 3.6, "text-anchor": "middle" }, word));
    }
    group.addEventListener("click", () => pick(node));
    group.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(node); refocus(node); }
    });
    return group;
  }
  function refocus(node) {
    const part = $("picture").querySelector(`[data-at="${node.at}"]`);
    if (part) part.focus();
  }
  function short(text, room) {
    const characters = Array.from(text);
    return characters.length <= room ? text : `${characters.slice(0, Math.max(1, room - 1)).join("")}…`;
  }

  // ---- what was not looked at
  function drawLost() {
    const lost = data.diagnostics;
    if (!lost.length) return;
    $("lost").hidden = false;
    $("lost-count").textContent = plural(lost.length, "remark");
    let upTo = 0;
    const more = () => {
      for (const it of lost.slice(upTo, upTo + 100)) {
        $("lost-list").append(el("li", {}, el("span", { class: `word ${it.level}` }, it.level), " ", placeText(it.place) ? el("span", { class: "mono" }, `${placeText(it.place)}: `) : null, words(it.message)));
      }
      upTo += 100;
      $("lost-more").hidden = upTo >= lost.length;
    };
    $("lost-more").addEventListener("click", more);
    more();
  }

  // ---- address, theme, keys
  function remember() {
    const words_ = [...chosen.severities].map((it) => WORDS[it]).join(",");
    const parts = { severity: words_, risk: chosen.risk, function: chosen.function, file: chosen.file, text: chosen.text, accepted: chosen.accepted ? "1" : "" };
    const text = new URLSearchParams(Object.entries(parts).filter(([, value]) => value)).toString();
    try { history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search); } catch { /* a page within another may not */ }
  }
  function recall() {
    const parts = new URLSearchParams(location.hash.slice(1));
    for (const name of ["risk", "function", "file", "text"]) if (parts.has(name)) chosen[name] = parts.get(name);
    for (const word of (parts.get("severity") || "").split(",")) if (WORDS.includes(word)) chosen.severities.add(WORDS.indexOf(word));
    chosen.accepted = parts.get("accepted") === "1";
  }
  function theme() {
    const isDark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    const name = () => { $("theme").textContent = isDark() ? "Light" : "Dark"; $("theme").setAttribute("aria-label", `${isDark() ? "Light" : "Dark"} colours`); };
    $("theme").addEventListener("click", () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; name(); });
    name();
  }
  function keys() {
    document.addEventListener("keydown", (event) => {
      const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") { clear(); return; }
      if (isTyping) return;
      if (event.key === "/") { event.preventDefault(); $("text").focus(); }
      if (event.key === "j" || event.key === "k") {
        const rows = [...document.querySelectorAll(".finding > summary")];
        const at = rows.indexOf(document.activeElement);
        const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))];
        if (next) next.focus();
      }
      if (event.key === "n" && !$("next").disabled) $("next").click();
      if (event.key === "p" && !$("before").disabled) $("before").click();
    });
  }

  drawHead();
  drawCards();
  drawRisks();
  drawFilters();
  drawLost();
  theme();
  keys();
  recall();
  choose();
})();
