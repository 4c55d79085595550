// Makes the recordings whose reports the browser looks at, out of one run of the embedded server.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// Everything by which a text could become more than text, or hide.
export const HOSTILE = [
  "<img src=x onerror=\"window.hacked=1\">",
  "</script><script>window.hacked=1</script>",
  "<!--<script>",
  "'\"><svg onload=window.hacked=1>",
  "javascript:window.hacked=1",
  "{{ 7*7 }}{% raw %}",
  "\u202Egnp.exe\u202C\u2066\u2069\u200F",
  "\u0000\u0007\u001B[2J\u009B31m\u2028\u2029\uFEFF\u{E0041}",
  "é 日本 👩‍💻",
].join(" ");

// The lines of a recording end with their number and a digest of the line before and their own text.
function sealed(events) {
  let last = "";
  return events.map((event, at) => {
    const { seq, chain, ...rest } = event;
    const text = JSON.stringify(rest).slice(0, -1);
    last = createHash("sha256").update(last + "\n" + (at + 1) + "\n" + text).digest("hex");
    return text + ",\"seq\":" + (at + 1) + ",\"chain\":\"" + last + "\"}\n";
  }).join("");
}

function render(tool, folder, name, events) {
  const [recording, report] = [join(folder, name + ".jsonl"), join(folder, name + ".html")];
  writeFileSync(recording, sealed(events));
  execFileSync(tool, ["render", recording, "--report", "html=" + report], { stdio: "pipe" });
  return report;
}

// A whole run, and its report.
export function clean(tool, folder) {
  const [recording, report] = [join(folder, "clean.jsonl"), join(folder, "clean.html")];
  execFileSync(tool, ["run", "--quiet", "--seed", "1", "--record", recording, "--report", "html=" + report], { stdio: "pipe" });
  const lines = readFileSync(recording, "utf8").split("\n").filter(Boolean);
  return { report, events: lines.map((line) => JSON.parse(line)) };
}

// The first flows of a run, with hostile text wherever a target or a suite can put some.
export function hostile(tool, folder, events) {
  const [start, ...rest] = structuredClone(events);
  const ids = new Set(start.flows.slice(0, 12).map((flow) => flow.id));
  start.flows = start.flows.filter((flow) => ids.has(flow.id));
  start.target.url += "/" + HOSTILE;
  for (const flow of start.flows) flow.about = HOSTILE;
  const kept = rest.filter((event) => !event.flow || ids.has(event.flow));
  let number = 0;
  for (const event of kept.filter((event) => event.event === "step")) {
    event.about = HOSTILE;
    event.does += " " + HOSTILE;
    for (const exchange of event.exchanges ?? []) {
      const kind = number++ % 4;
      exchange.request.url += "?" + HOSTILE;
      exchange.request.headers.push(["x-hostile", HOSTILE]);
      exchange.request.body = { text: JSON.stringify({ a: HOSTILE }) };
      if (kind === 3) exchange.outcome = { failure: { kind: "broken", message: HOSTILE } };
      else if (exchange.outcome.answer) {
        exchange.outcome.answer.headers.push(["x-hostile", HOSTILE]);
        exchange.outcome.answer.body = [{ text: HOSTILE }, { text: "{\"a\":[{},[]," + JSON.stringify(HOSTILE) + ",{\"b\":\"\\u202e\"}" }, { binary: { bytes: 7, lossy: HOSTILE } }][kind];
      }
    }
  }
  return render(tool, folder, "hostile", [start, ...kept]);
}

// So many steps, one in twenty of them answered with 500, out of the flows of a run told over and over.
export function big(tool, folder, events, wanted) {
  const [start, ...rest] = structuredClone(events);
  const end = rest.pop();
  const byFlow = new Map();
  for (const event of rest.filter((event) => event.flow)) byFlow.set(event.flow, [...(byFlow.get(event.flow) ?? []), event]);
  const planned = new Map(start.flows.map((flow) => [flow.id, flow]));
  const told = [];
  let steps = 0, exchanges = 0;
  start.flows = [];
  for (let round = 0; steps < wanted; round++) {
    for (const [id, itsEvents] of byFlow) {
      if (steps >= wanted) break;
      const flow = id + "-" + round;
      start.flows.push({ ...planned.get(id), id: flow });
      for (const event of itsEvents) {
        const copy = { ...structuredClone(event), flow };
        if (copy.event === "step") {
          steps++;
          for (const exchange of copy.exchanges ?? []) {
            if (exchanges++ % 20 === 0 && exchange.outcome.answer) exchange.outcome.answer.status = 500;
          }
        }
        told.push(copy);
      }
    }
  }
  return { report: render(tool, folder, "big", [start, ...told, end]), steps, exchanges };
}

// A recording held against the clean run.
export function since(tool, folder, recording) {
  const report = join(folder, "since.html");
  execFileSync(tool, ["render", recording, "--baseline", join(folder, "clean.jsonl"), "--report", "html=" + report], { stdio: "pipe" });
  return report;
}

// Two servers, one with a fault, side by side.
export async function sideBySide(tool, folder) {
  const servers = [];
  try {
    const profiles = [];
    for (const [name, more] of [["staging", []], ["production", ["--fault", "logout-keeps-access"]]]) {
      const profile = join(folder, name + ".toml");
      const server = spawn(tool, ["serve", "--write-profile", profile, ...more], { stdio: ["ignore", "pipe", "inherit"] });
      servers.push(server);
      // It greets when its profile is there.
      await once(server.stdout, "data");
      profiles.push(readFileSync(profile, "utf8").replaceAll("[target.reference", "[target." + name));
    }
    writeFileSync(join(folder, "both.toml"), profiles.join("\n"));
    const out = join(folder, "both");
    const names = ["--profile", "staging", "--profile", "production"];
    const ran = spawnSync(tool, ["run", "--quiet", "--suite", "logout", "--profile-file", join(folder, "both.toml"), ...names, "--out", out], { encoding: "utf8" });
    if (ran.status !== 1) throw new Error(`exit code ${ran.status}: ${ran.stderr}`);
    return join(out, "matrix.html");
  } finally {
    servers.forEach((server) => server.kill());
  }
}
