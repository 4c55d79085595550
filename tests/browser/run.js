// Looks at the HTML report with a real browser: node run.js [CONFORMANCE]
//
// It prints a line for each thing that holds and a closing line with counts, and leaves screenshots and the printed
// page in target/browser/. Nothing but file:// is opened.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { HOSTILE, big, clean, hostile, sideBySide, since } from "./recordings.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const tool = resolve(process.argv[2] ?? join(root, "target/release/conformance"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = join(root, "target/browser");
const BIG = 10_000, MOST_BYTES = 15_000_000, MOST_MS = 2_000;

rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), "conformance-browser-"));
const profile = join(folder, "profile");

const run = clean(tool, folder);
const pages = { sample: join(root, "reports/sample/report.html"), clean: run.report, hostile: hostile(tool, folder, run.events) };
pages.since = since(tool, folder, join(root, "reports/sample/recording.jsonl"));
pages.matrix = await sideBySide(tool, folder);
const large = big(tool, folder, run.events, BIG);
pages.big = large.report;

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const options = { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags, headless: true };
const browser = await chromium.launchPersistentContext(profile, { ...options, viewport: { width: 1280, height: 900 } });
const scriptless = await chromium.launchPersistentContext(profile + "-scriptless", { ...options, javaScriptEnabled: false });

let held = 0;
const failed = [];
async function holds(name, look) {
  try {
    await look();
    held++;
    console.log("ok      " + name);
  } catch (error) {
    failed.push(name);
    console.log("NOT OK  " + name + "\n" + String(error.stack ?? error).replace(/^/gm, "        "));
  }
}

// Opens a report, looks, and holds it to what every look has in common: no error, no request, no dialog.
async function looking(page, hash, look, settings = {}) {
  const tab = await (settings.context ?? browser).newPage();
  const faults = [];
  tab.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push("console: " + message.text()));
  tab.on("pageerror", (error) => faults.push("error: " + error));
  tab.on("dialog", (dialog) => faults.push("dialog: " + dialog.message()));
  const address = pathToFileURL(pages[page]).href;
  tab.on("request", (request) => !request.url().startsWith(address) && faults.push("request: " + request.url()));
  if (settings.size) await tab.setViewportSize(settings.size);
  if (settings.scheme) await tab.emulateMedia({ colorScheme: settings.scheme });
  try {
    await tab.goto(address + hash);
    await look(tab);
    assert.deepEqual(faults, []);
  } finally {
    await tab.close();
  }
}

// The first finding's link, as the page itself has it.
const firstFinding = () => {
  const link = readFileSync(pages.sample, "utf8").match(/href="(#f=[^"]+)"/);
  assert.ok(link, "the sample has a finding");
  return link[1].replaceAll("&amp;", "&");
};
const island = (page) => JSON.parse(readFileSync(pages[page], "utf8").match(/id="island">(.*?)<\/script>/s)[1]);

await holds("opens with its conclusion, without error, request or dialog", () => looking("sample", "", async (tab) => {
  assert.equal(await tab.locator("#conclusion h1").innerText(), "NON-CONFORMANT");
  assert.ok(await tab.locator("#overview").isVisible());
}));

await holds("leads from the conclusion to the exchange of a failure in three clicks", () => looking("sample", "", async (tab) => {
  await tab.locator("#conclusion a").first().click();
  const step = tab.locator("details[open]").first();
  await step.waitFor();
  assert.match(await step.innerText(), /Request/);
  assert.match(await step.innerText(), /Answer after|No answer/);
  assert.match(await step.locator(".command").innerText(), /curl -i/);
  assert.match(await tab.locator("#detail > .command").innerText(), /conformance run .*--flow/);
  const rule = step.locator(".checks a").first();
  const id = await rule.innerText();
  await rule.click();
  await tab.locator("h1", { hasText: id }).waitFor();
  await tab.locator("#detail .checks a").first().click();
  await tab.locator("details[open]").first().waitFor();
}));

await holds("shows expected against actual", () => looking("sample", "", async (tab) => {
  assert.ok(await tab.locator(".finding.fail .diff .wanted").count() > 0);
  assert.ok(await tab.locator(".finding.fail .diff .found").count() > 0);
  const color = (side) => tab.locator(".diff ." + side + " .sign").first().evaluate((it) => getComputedStyle(it).color.match(/\d+/g).map(Number));
  const [wanted, found] = [await color("wanted"), await color("found")];
  assert.ok(wanted[1] > wanted[0] && found[0] > found[1], "expected is green, and actual red");
}));

await holds("filters by text, verdict, operation and level, and keeps the filter in its address", () => looking("sample", "#steps", async (tab) => {
  const found = async () => (await tab.locator("#found").innerText()).match(/^(\d+) of (\d+) steps$/).slice(1).map(Number);
  const settled = async (change) => {
    const before = await tab.evaluate(() => location.hash);
    await change();
    await tab.waitForFunction((hash) => location.hash !== hash, before);
  };
  const steps = island("sample").flows.flatMap((flow) => flow.steps);
  const [all, whole] = await found();
  assert.deepEqual([all, whole], [steps.length, steps.length]);
  const failing = island("sample").verdicts.indexOf("fail");
  const expected = steps.filter((step) => step.v === failing || (step.c ?? []).some((check) => check.v === failing)).length;
  await settled(() => tab.selectOption("#filter [name=v]", "fail"));
  assert.deepEqual(await found(), [expected, whole]);
  assert.equal(await tab.locator("#list li").count(), Math.min(expected, 200));
  await settled(() => tab.selectOption("#filter [name=l]", "must"));
  await settled(() => tab.selectOption("#filter [name=o]", { index: 1 }));
  const narrow = (await found())[0];
  assert.ok(narrow <= expected);
  await settled(() => tab.fill("#filter [name=q]", "no step has this text"));
  assert.deepEqual(await found(), [0, whole]);
  const hash = await tab.evaluate(() => location.hash);
  await tab.reload();
  assert.equal(await tab.evaluate(() => location.hash), hash);
  assert.equal(await tab.inputValue("#filter [name=v]"), "fail");
  assert.equal(await tab.inputValue("#filter [name=q]"), "no step has this text");
  assert.deepEqual(await found(), [0, whole]);
}));

await holds("goes where a deep link leads, and back", () => looking("sample", "#f=no-such-flow", async (tab) => {
  await tab.locator("h1", { hasText: "There is no flow no-such-flow" }).waitFor();
  const rule = island("sample").requirements.find((rule) => rule.status === "broken");
  await tab.evaluate((id) => { location.hash = "#r=" + id; }, rule.id);
  await tab.locator("#detail h1", { hasText: rule.id }).waitFor();
  assert.ok((await tab.title()).startsWith(rule.id));
  await tab.evaluate((hash) => { location.hash = hash; }, firstFinding());
  await tab.locator("details[open]").first().waitFor();
  await tab.goBack();
  await tab.locator("#detail h1", { hasText: rule.id }).waitFor();
  await tab.evaluate(() => { location.hash = "#coverage"; });
  await tab.locator("#coverage").waitFor();
  assert.ok(await tab.locator("#detail").isHidden());
  const cell = tab.locator(".matrix td a").first();
  const all = Number((await cell.locator(".count").innerText()).split(" of ")[1]);
  await cell.click();
  await tab.waitForFunction(() => document.querySelector("#rules-filter [name=k]").value);
  assert.equal(await tab.locator(".rules tbody tr:visible").count(), all);
}));

await holds("filters the requirements by text, status, operation, kind and level", () => looking("sample", "#rules&v=broken", async (tab) => {
  const shown = () => tab.locator(".rules tbody tr:visible").count();
  const rules = island("sample").requirements;
  const broken = rules.filter((rule) => rule.status === "broken");
  assert.equal(await shown(), broken.length);
  assert.equal(await tab.locator("#rules-found").innerText(), `${broken.length} of ${rules.length} requirements`);
  const settled = async (change) => {
    const before = await tab.evaluate(() => location.hash);
    await change();
    await tab.waitForFunction((hash) => location.hash !== hash, before);
  };
  await settled(() => tab.selectOption("#rules-filter [name=v]", ""));
  assert.equal(await shown(), rules.length);
  await settled(() => tab.selectOption("#rules-filter [name=l]", "should"));
  assert.equal(await shown(), rules.filter((rule) => rule.level === "should").length);
  const operation = rules.find((rule) => rule.level === "should" && rule.operation).operation;
  await settled(() => tab.selectOption("#rules-filter [name=o]", operation));
  assert.equal(await shown(), rules.filter((rule) => rule.level === "should" && rule.operation === operation).length);
  await settled(() => tab.fill("#rules-filter [name=q]", "no requirement has this text"));
  assert.equal(await shown(), 0);
  await tab.reload();
  await tab.waitForFunction(() => document.querySelector("#rules-filter [name=q]").value);
  assert.equal(await shown(), 0);
}));

await holds("tells of waivers, attempts, drift, accounts and time, and leads from each to its step", () => looking("sample", "", async (tab) => {
  for (const part of ["waivers", "attempts", "drift", "accounts", "time"]) {
    assert.ok(await tab.locator(`nav a[href="#${part}"]`).isVisible(), part);
    assert.ok(await tab.locator("#" + part).isVisible(), part);
  }
  assert.equal(await tab.locator(".facts dt", { hasText: "certificate" }).count(), 1);
  assert.match(await tab.locator(".facts").first().innerText(), /x-build: 1\.4\.2/);
  for (const link of ["#waivers li a", "#attempts h4 a", "#drift li a"]) {
    const [, step] = new URLSearchParams((await tab.locator(link).first().getAttribute("href")).slice(1)).values();
    await tab.locator(link).first().click();
    const opened = tab.locator("details[open] summary").first();
    await opened.waitFor();
    assert.ok((await opened.innerText()).includes(step), step);
    await tab.goBack();
    await tab.locator("#overview").waitFor();
  }
  await tab.locator("#accounts summary").click();
  assert.ok(await tab.locator("#accounts tbody tr").count() > 0);
}));

await holds("tells what changed since an earlier run, before what failed", () => looking("since", "", async (tab) => {
  const parts = await tab.locator("#overview > section").evaluateAll((all) => all.map((it) => it.id));
  assert.ok(parts.indexOf("changed") > 0 && parts.indexOf("changed") < parts.indexOf("findings"), parts.join(" "));
  assert.match(await tab.locator("#changed").innerText(), /Worse/);
  await tab.locator("#changed .checks a").first().click();
  await tab.locator("#detail h1").waitFor();
}));

await holds("shows targets side by side, those requirements that differ first", () => looking("matrix", "", async (tab) => {
  const [differing, all] = await Promise.all([".differs", "tbody tr"].map((row) => tab.locator(".beside " + row).count()));
  assert.ok(differing > 0 && differing < all);
  const shown = () => tab.locator(".beside tbody tr:visible").count();
  assert.equal(await shown(), differing);
  await tab.locator("#differing").uncheck();
  assert.equal(await shown(), all);
  const cells = await tab.locator('[id="r=logout-ends-access"] td .v').allInnerTexts();
  assert.deepEqual(cells, ["pass", "fail"]);
  const address = await tab.locator('[id="r=logout-ends-access"] td a').last().getAttribute("href");
  assert.equal(address, "production/report.html#r=logout-ends-access");
}));

await holds("can be used from the keyboard", () => looking("sample", "", async (tab) => {
  await tab.keyboard.press("Tab");
  assert.equal(await tab.evaluate(() => document.activeElement.textContent), "Skip to the report");
  await tab.locator("#conclusion a").first().focus();
  await tab.keyboard.press("Enter");
  await tab.locator("details[open]").first().waitFor();
  assert.equal(await tab.evaluate(() => document.activeElement.tagName), "SUMMARY");
  await tab.keyboard.press("Enter");
  await tab.waitForFunction(() => !document.activeElement.parentElement.open);
}));

await holds("tells without a script what failed", () => looking("sample", "", async (tab) => {
  const text = await tab.locator("body").innerText();
  for (const part of ["NON-CONFORMANT", "Findings", "expected", "actual", "Coverage", "Requirements", "Without a script"]) {
    assert.ok(text.includes(part), part);
  }
  const rules = await tab.locator(".rules tbody tr").count();
  assert.equal(rules, island("sample").requirements.length);
}, { context: scriptless }));

await holds("takes hostile text for text", () => looking("hostile", "", async (tab) => {
  const views = ["", "#steps", "#rules", ...island("hostile").flows.map((flow) => "#" + new URLSearchParams({ f: flow.id }))];
  const tags = new Set();
  for (const hash of views) {
    await tab.evaluate((it) => { location.hash = it; }, hash);
    await tab.waitForTimeout(50);
    for (const summary of await tab.locator("#detail summary").all()) if (!(await summary.evaluate((it) => it.parentElement.open))) await summary.click();
    const seen = await tab.evaluate(() => ({
      hacked: window.hacked, text: document.body.innerText + document.title,
      names: [...document.querySelectorAll("*")].map((element) => element.localName),
      loud: [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes]).filter((it) => /^on|^src$|^style$|^action$/.test(it.name) && it.ownerElement.localName !== "span").length,
      addresses: [...document.querySelectorAll("a")].map((link) => link.getAttribute("href")).filter((it) => !it.startsWith("#")),
    }));
    seen.names.forEach((name) => tags.add(name));
    assert.equal(seen.hacked, undefined);
    assert.deepEqual([seen.loud, seen.addresses], [0, []]);
    const hidden = seen.text.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/);
    assert.equal(hidden, null, "a hidden character is shown as itself");
  }
  for (const name of ["img", "svg", "iframe", "object", "form-associated"]) assert.ok(!tags.has(name), name);
  const text = await tab.evaluate(() => document.body.textContent);
  assert.ok(text.includes("onerror") && text.includes("\\u{202e}"), "the hostile text is there");
  assert.ok(HOSTILE.includes("\u202E"));
}));

await holds("lets no script in but its own", () => looking("sample", "", async (tab) => {
  const blocked = await tab.evaluate(() => new Promise((resolve) => {
    document.addEventListener("securitypolicyviolation", (event) => { event.preventDefault(); resolve(event.effectiveDirective); });
    const script = document.createElement("script");
    script.textContent = "window.foreign = 1";
    document.body.append(script);
    setTimeout(() => resolve("nothing"), 1000);
  }));
  assert.match(blocked, /^script-src/);
  assert.equal(await tab.evaluate(() => window.foreign), undefined);
}).catch((error) => {
  // The browser reports the attempt itself on its console.
  if (!/Content Security Policy/.test(String(error))) throw error;
}));

const flow = firstFinding();
const views = [["sample", ""], ["sample", "#steps"], ["sample", flow], ["sample", "#r=" + island("sample").requirements.find((it) => it.status === "broken").id],
  ["clean", ""], ["hostile", "#steps"], ["since", ""], ["matrix", ""]];
for (const scheme of ["light", "dark"]) {
  for (const [page, hash] of views) {
    await holds(`is accessible to all in ${scheme}: ${page} ${hash}`, () => looking(page, hash, async (tab) => {
      await tab.evaluate(axe);
      const result = await tab.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      const told = result.violations.map((it) => `${it.id} (${it.impact}): ${it.help}: ${it.nodes.slice(0, 3).map((node) => node.html + " " + node.failureSummary).join(" | ")}`);
      assert.deepEqual(told, []);
      assert.ok(result.passes.length > 10);
    }, { scheme }));
  }
}

const sizes = { phone: { width: 360, height: 740 }, tablet: { width: 820, height: 1180 }, desk: { width: 1440, height: 900 } };
const sized = [["sample", "", "overview"], ["sample", flow, "flow"], ["sample", "#steps", "steps"], ["hostile", "", "hostile"],
  ["sample", "#waivers", "waivers"], ["sample", "#attempts", "attempts"], ["sample", "#drift", "drift"], ["sample", "#time", "time"],
  ["sample", "#rules", "rules"], ["since", "#changed", "since"], ["matrix", "", "matrix"]];
for (const [name, size] of Object.entries(sizes)) {
  for (const [page, hash, view] of sized) {
    await holds(`fits a ${name}: ${view}`, () => looking(page, hash, async (tab) => {
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${wide} pixels too wide`);
      await tab.screenshot({ path: join(pictures, `${view}-${name}.png`) });
    }, { size }));
  }
}
await holds("has a dark side", () => looking("sample", "", async (tab) => {
  const ground = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.ok(ground.match(/\d+/g).slice(0, 3).every((part) => Number(part) < 60), ground);
  await tab.screenshot({ path: join(pictures, "overview-dark.png"), fullPage: true, clip: { x: 0, y: 0, width: 1280, height: 3200 } });
}, { scheme: "dark" }));

for (const page of ["sample", "since", "matrix"]) await holds(`prints: ${page}`, () => looking(page, "", async (tab) => {
  const pdf = await tab.pdf({ path: join(pictures, page + ".pdf"), format: "A4", margin: { top: "15mm", bottom: "15mm", left: "12mm", right: "12mm" } });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.ok(pdf.length > 20_000, `${pdf.length} bytes`);
}));

let opened = Infinity, filtered = Infinity;
const bytes = statSync(pages.big).size;
await holds("holds 10,000 steps and stays fluid", async () => {
  assert.ok(large.steps >= BIG);
  assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
  // The best of three: what else the machine does is not the page's fault.
  for (let time = 0; time < 3; time++) {
    await looking("big", "#steps", async (tab) => {
      await tab.locator("#list li").first().waitFor();
      const shown = await tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))));
      opened = Math.min(opened, shown);
      assert.ok(await tab.locator("#list li").count() <= 600);
      const took = await tab.evaluate(async () => {
        const start = performance.now(), note = document.getElementById("found"), before = note.textContent;
        document.querySelector("#filter [name=q]").value = "cookie monster";
        document.querySelector("#filter [name=q]").dispatchEvent(new Event("input", { bubbles: true }));
        while (note.textContent === before) await new Promise((next) => setTimeout(next, 5));
        return performance.now() - start;
      });
      filtered = Math.min(filtered, took);
    });
  }
  assert.ok(opened < MOST_MS, `${opened} ms`);
  assert.ok(filtered < 1_000, `${filtered} ms`);
});

await browser.close();
await scriptless.close();
rmSync(folder, { recursive: true, force: true });
writeFileSync(join(pictures, "result.txt"), `${held} held, ${failed.length} failed\n`);
console.log(`\n${large.steps} steps with ${large.exchanges} exchanges: ${(bytes / 1e6).toFixed(1)} MB, opens in ${opened.toFixed(0)} ms, filters in ${filtered.toFixed(0)} ms`);
console.log(`browser: ${held} held, ${failed.length} failed`);
process.exitCode = failed.length ? 1 : 0;
