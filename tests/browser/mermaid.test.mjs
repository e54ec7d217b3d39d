// Every Mermaid picture is drawn by Mermaid itself, in a browser: it parses, has the boxes and arrows that were written, and its
// labels come out as given, whatever stands in a name.
// usage: node tests/browser/mermaid.test.mjs ROLECHAIN FOLDER; without playwright-core, Mermaid or chromium all is skipped.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { skipWithout } from "./packages.mjs";

const [rolechain, folder] = process.argv.slice(2).map((path) => resolve(path));
const root = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);

skipWithout("Mermaid's own parser", { "playwright-core": "playwright-core", "@mermaid-js/tiny": "@mermaid-js/tiny/dist/mermaid.tiny.js" });

const { openBrowser } = await import("./browser.mjs");
const { writeHostile, names } = await import("./hostile.mjs");

mkdirSync(folder, { recursive: true });
const hostile = join(folder, "hostile");
writeHostile(hostile);

function ask(...words) {
  try {
    return execFileSync(rolechain, [...words, "-q"], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 28 });
  } catch (error) {
    if (error.status === 1) return error.stdout;
    throw error;
  }
}
const picture = (command, ...words) => ask(command, ...words, "--format", "mermaid");
const inMarkdown = (page) => [...page.matchAll(/^```mermaid\n(.*?)^```$/gms)].map(([, text]) => text);

// What is written between quotes, as it is meant to be read.
const meant = (label) => label.replaceAll("<br/>", "\n").replace(/#(\d+);/g, (_, code) => String.fromCodePoint(code));
function written(text) {
  const lines = text.split("\n");
  const label = (line) => meant(line.slice(line.indexOf('"') + 1, line.lastIndexOf('"')));
  return {
    boxes: lines.filter((line) => /^ *[bn]\d+(\[|\(\[)"/.test(line)).map(label),
    grounds: lines.filter((line) => line.startsWith("  subgraph ")).map(label),
    arrows: lines.map((line) => /^ *([bn]\d+) (-->|-\.->)(?:\|.*\|)? ([bn]\d+)$/.exec(line)).filter(Boolean).map(([, from, line, to]) => `${from} ${line === "-->" ? "normal" : "dotted"} ${to}`),
  };
}

const { context, close } = await openBrowser();
const page = await context.newPage();
const told = [];
page.on("pageerror", (error) => told.push(String(error)));
page.on("request", (request) => told.push(request.url()));
await page.setContent("<!doctype html><title>Mermaid</title><main></main>");
await page.addScriptTag({ path: require.resolve("@mermaid-js/tiny/dist/mermaid.tiny.js") });
await page.evaluate(() => mermaid.initialize({ startOnLoad: false, suppressErrorRendering: true }));

// As Mermaid understands it, and as it draws it.
const drawn = (text) =>
  page.evaluate(async (text) => {
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const { svg } = await mermaid.render("picture", text);
    const main = document.querySelector("main");
    main.innerHTML = svg;
    const texts = (selector) =>
      [...main.querySelectorAll(selector)].map((label) => {
        for (const line of label.querySelectorAll("br")) line.replaceWith("\n");
        return label.textContent.trim();
      });
    return {
      boxes: texts(".node .nodeLabel"),
      grounds: texts(".cluster-label .nodeLabel"),
      arrows: db.getEdges().map(({ start, stroke, end }) => `${start} ${stroke} ${end}`),
      lines: main.querySelectorAll(".edgePaths path").length,
      dangerous: main.querySelectorAll("script, img, svg svg, iframe, a[href]").length,
      broken: window.broken,
    };
  }, text);

let failed = 0;
async function test(name, text, holds = () => {}) {
  try {
    assert.ok(text.length < 50000, "Mermaid refuses pictures of 50,000 characters");
    const wanted = written(text);
    const got = await drawn(text);
    const sorted = (list) => list.map((label) => label.replace(/\s+/g, " ").trim()).sort();
    assert.ok(wanted.boxes.length > 0, "there is something to see");
    assert.deepEqual(sorted(got.boxes), sorted(wanted.boxes));
    assert.deepEqual(sorted(got.grounds), sorted(wanted.grounds));
    assert.deepEqual(got.arrows, wanted.arrows);
    assert.equal(got.lines, wanted.arrows.length);
    assert.equal(got.dangerous, 0);
    assert.equal(got.broken, undefined);
    assert.deepEqual(told, []);
    holds(wanted);
    console.log(`[       OK ] ${name}`);
  } catch (error) {
    console.log(error);
    console.log(`[  FAILED  ] ${name}`);
    failed++;
  }
}

for (const [name, ...words] of [["principals", "--view", "principals"], ["paths", "--view", "paths"], ["accounts", "--view", "accounts"], ["focus", "--focus", "production", "--hops", "2"], ["focus-role", "--focus", "production/administrator"], ["target", "--target", "vendor-backup"]])
  await test(`mermaid-draws-${name}`, picture("graph", "--from", "samples", ...words));
await test("mermaid-draws-who-can", picture("who-can", "production/administrator", "--from", "samples"));
await test("mermaid-draws-reach", picture("reach", "tooling/build-runner", "--from", "samples"));
await test("mermaid-draws-paths-between", picture("paths", "*", "sandbox/demo-public", "--from", "samples"));
for (const [place, text] of inMarkdown(ask("findings", "--from", "samples", "--format", "markdown")).entries())
  await test(`mermaid-draws-findings-${place}`, text);

// Names are cut where they are long; else they are there whole, what a terminal must not see made visible.
const visible = (name) =>
  name.replaceAll("\n", "\\x0A").replace(/[\u202a-\u202e\u2028\u2066-\u2069]/g, (sign) => `\\u{${sign.codePointAt(0).toString(16).toUpperCase()}}`);
await test("mermaid-draws-hostile-names", picture("graph", "--from", hostile, "--view", "principals"));
await test("mermaid-draws-hostile-accounts", picture("graph", "--from", hostile, "--view", "accounts"));
for (const [place, text] of inMarkdown(ask("findings", "--from", hostile, "--format", "markdown")).entries())
  await test(`mermaid-draws-hostile-findings-${place}`, text);
for (const [place, name] of names.entries())
  await test(`mermaid-draws-hostile-name-${place}`, picture("who-can", `arn:aws:iam::111122223333:role/${name}`, "--from", hostile), ({ boxes }) => {
    const shown = visible(name.slice(name.lastIndexOf("/") + 1));
    assert.ok(boxes.some((label) => (shown.length < 100 ? label.split("\n")[0] === shown : label.startsWith(shown.slice(0, 40)) && label.length < 300)), boxes.join("\n"));
  });

await close();
process.exit(failed > 0 ? 1 : 0);
