// The HTML report in a real browser: what each view shows is what the JSON in the page and the program say.
// usage: node tests/browser/report.test.mjs ROLECHAIN FOLDER; without playwright-core, axe-core or chromium all is skipped.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { skipWithout } from "./packages.mjs";

const [rolechain, folder] = process.argv.slice(2).map((path) => resolve(path));
const root = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);

skipWithout("browser tests", { "playwright-core": "playwright-core", "axe-core": "axe-core/axe.min.js" });

const { openBrowser, openReport } = await import("./browser.mjs");
const { writeHostile, names } = await import("./hostile.mjs");

mkdirSync(folder, { recursive: true });
const ask = (...words) => {
  try {
    return execFileSync(rolechain, words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 28 });
  } catch (error) {
    if (error.status === 1) return error.stdout;
    throw error;
  }
};
const askJson = (...words) => JSON.parse(ask(...words, "--format", "json"));
const report = join(folder, "samples.html");
ask("report", "--from", "samples", "-o", report);
const hostileFolder = join(folder, "hostile");
const hostile = join(folder, "hostile.html");
writeHostile(hostileFolder);
ask("report", "--from", hostileFolder, "-o", hostile);
const few = join(folder, "few.html");
ask("report", "--from", "samples", "--principals", "5", "-o", few);

const { context, close } = await openBrowser();
let failed = 0;

async function test(name, body, { file = report, hash = "", size, dark } = {}) {
  const { page, told, address } = await openReport(context, file, hash);
  try {
    if (size) await page.setViewportSize(size);
    if (dark) await page.emulateMedia({ colorScheme: "dark" });
    await body(page, address);
    assert.deepEqual(told.errors, [], "the console is silent");
    assert.deepEqual(told.requests, [], "nothing is asked for");
    console.log(`[       OK ] ${name}`);
  } catch (error) {
    console.log(error);
    console.log(`[  FAILED  ] ${name}`);
    failed++;
  }
  await page.close();
}

// Until what was done before has been worked off by the page, however busy the machine is: its events, a timer that was set so
// many milliseconds before, and what is drawn then.
const settle = (page, delay) =>
  page.evaluate((delay) => new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))), delay)), delay);
const texts = async (page, selector) => {
  await settle(page, 0);
  return page.locator(selector).allTextContents();
};
const firstCells = (page) => texts(page, ".rows .row.cells .first .name");
const go = async (page, hash) => {
  await page.evaluate((hash) => (location.hash = hash), hash);
  await settle(page, 60);
};
const headText = async (page) => {
  await settle(page, 0);
  return page.locator("h1").textContent();
};

await test("overview-says-what-the-program-says", async (page) => {
  const findings = askJson("findings", "--from", "samples").findings;
  const points = askJson("chokepoints", "--from", "samples");
  const numbers = await texts(page, ".numbers b");
  const critical = findings.filter((finding) => finding.severity === "critical").length;
  assert.deepEqual(numbers.slice(0, 3), ["15", String(points.targets.roles), String(points.targets.reached)]);
  assert.equal(numbers[5], String(critical));
  const first = await page.locator("table.top tbody tr").first().textContent();
  assert.ok(first.includes(findings[0].title) && first.includes("critical"), first);
  assert.equal(await page.locator("table.top tbody tr").count(), 10);
  assert.ok((await page.locator(".gaps").textContent()).includes("777788889999"));
  assert.equal(await page.locator(".picture svg title").first().textContent(), "Who can become administrator, and who gets in from outside");
  const change = points.ranking[0];
  assert.equal(await page.locator("table.plain:not(.top) tbody tr td.number").first().textContent(), String(change.principals));
});

await test("boxes-of-the-picture-lead-to-their-pages", async (page) => {
  const links = await page.locator(".picture svg a[href]").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  assert.ok(links.length > 5);
  for (const link of links) {
    await go(page, link);
    assert.notEqual(await headText(page), "Not in this report", link);
  }
  await go(page, "#view=overview");
  await page.locator(".picture svg a[href*=demo-public]").click();
  assert.equal(await headText(page), "demo-public");
});

await test("boxes-of-several-lead-to-their-members", async (page) => {
  const links = await page.locator(".picture svg a[href*='members=']").evaluateAll((all) => all.map((link) => [link.getAttribute("href"), link.querySelector("title")?.textContent ?? ""]));
  assert.ok(links.length > 0);
  for (const [href, title] of links) {
    const members = title.split("\n").filter((line) => !/^and \d+ more$/.test(line) && line !== "anyone with an AWS account");
    await go(page, href);
    const shown = await page.evaluate((state) => Array.from({ length: nodeCount }, (_, node) => node).filter(passesMembers(state)).map(nodeKey), Object.fromEntries(new URLSearchParams(href.slice(1))));
    for (const member of members) assert.ok(shown.includes(member), `${member} is in ${title}`);
    if (members.length < 24) assert.equal(shown.length, members.length, title);
    assert.match(await headText(page), href.includes("view=roles") ? /Roles/ : /Principals/);
    assert.match(await page.locator("#main").textContent(), new RegExp(`${shown.length} of `));
    assert.doesNotMatch(await page.locator("p.members").textContent(), /This report has/);
  }
  await page.locator("p.members a").click();
  await settle(page, 60);
  assert.equal(await page.locator("p.members").count(), 0);
});

// A picture of its own leads into the report that it is told of; of members that the report does not have it says so.
await test("a-picture-of-its-own-leads-to-members", async (page) => {
  const svg = ask("graph", "--from", "samples", "--focus", "production", "--hops", "2", "--format", "svg", "--report", "there.html");
  const links = [...svg.matchAll(/href="there\.html(#view=[^"]*members=[^"]*)"/g)].map(([, hash]) => hash.replaceAll("&amp;", "&"));
  assert.ok(links.length > 0);
  for (const hash of links) {
    await go(page, hash);
    assert.match(await page.locator("p.members").textContent(), /^Only the \d+ members of the box “.+” of a picture\. Show all$/);
  }
  await go(page, `${links[0]}AAAAAAAA`);
  assert.match(await page.locator("p.members").textContent(), /This report has \d+ of them\./);
});

await test("findings-are-those-of-the-program", async (page) => {
  const findings = askJson("findings", "--from", "samples").findings;
  const inPage = await page.evaluate(() => data.findings.map((finding) => [data.rules[finding.rule].id, severities[finding.severity], finding.resource, finding.detail, finding.fix ?? data.rules[finding.rule].fix, finding.print, finding.conditions ?? [], finding.patches.map(({ policy }) => policy)]));
  assert.deepEqual(inPage, findings.map((finding) => [finding.id, finding.severity, finding.resource, finding.detail, finding.fix, finding.fingerprint, finding.conditions ?? [], Object.values(finding.patch ?? {})]));
  await go(page, "#view=findings");
  assert.ok((await page.locator(".head").textContent()).includes(`${findings.length} of ${findings.length} findings`));
  const detail = await page.locator(".detail").textContent();
  for (const words of [findings[0].title, findings[0].detail, findings[0].fix, findings[0].evidence[0].source.file, findings[0].fingerprint]) assert.ok(detail.includes(words), words);
  assert.equal(await page.locator(".detail .policy").count(), Object.keys(findings[0].patch).length);
});

await test("findings-are-filtered", async (page) => {
  const findings = askJson("findings", "--from", "samples").findings;
  const high = findings.filter(({ severity }) => severity === "high");
  await page.getByRole("checkbox", { name: /^high/ }).check();
  await settle(page, 60);
  assert.ok((await page.locator(".head").textContent()).includes(`${high.length} of`));
  assert.match(await page.evaluate(() => location.hash), /severity=high/);
  await page.getByRole("searchbox", { name: "Filter by words" }).fill("vendor-backup");
  await settle(page, 250);
  const about = high.filter((finding) => JSON.stringify([finding.id, finding.code, finding.title, finding.resource, finding.subject, finding.detail]).includes("vendor-backup"));
  assert.ok(about.length > 0 && about.length < high.length);
  assert.ok((await page.locator(".head").textContent()).includes(`${about.length} of`));
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Filter by words");
  await go(page, "#view=findings&rule=trust-public");
  const ofRule = findings.filter(({ id }) => id === "trust-public").length;
  assert.ok((await page.locator(".head").textContent()).includes(`${ofRule} of`));
  await go(page, "#view=findings&words=nothing-has-these-words");
  assert.ok((await page.locator("main").textContent()).includes("No finding passes"));
}, { hash: "#view=findings" });

await test("a-finding-is-a-deep-link-and-its-policy-is-copied", async (page) => {
  const findings = askJson("findings", "--from", "samples").findings;
  const one = findings.find((finding) => finding.id === "oidc-sub-broad");
  await go(page, `#finding=${one.fingerprint}`);
  assert.equal(await page.locator(".detail h2").textContent(), one.title);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]).catch(() => {});
  await page.evaluate(() => {
    navigator.clipboard.writeText = async (text) => void (window.copied = text);
  });
  await page.getByRole("button", { name: "Copy policy" }).first().click();
  assert.deepEqual(JSON.parse(await page.evaluate(() => window.copied)), Object.values(one.patch)[0]);
});

await test("roles-have-the-numbers-of-exposure", async (page) => {
  const rows = askJson("exposure", "--from", "samples", "--top", "0");
  const inPage = await page.evaluate(() => Object.fromEntries(data.principals.name.map((_, node) => [nodeKey(node), [data.principals.direct[node], data.principals.certain[node], data.principals.most[node], data.principals.outside[node]]])));
  assert.equal(rows.results.length, 15);
  for (const row of rows.results) assert.deepEqual(inPage[row.role], [row.direct, row.certain, row.at_most, row.outside], row.role);
  assert.equal((await firstCells(page)).length, 15);
}, { hash: "#view=roles" });

await test("what-the-page-works-out-is-what-who-can-and-reach-say", async (page) => {
  const roles = await page.evaluate(() => data.principals.name.map((_, node) => node).filter(isRole).map(nodeKey));
  for (const role of roles) {
    const said = askJson("who-can", role, "--from", "samples").results.map((row) => [row.source ?? row.principal ?? row.chain[0], row.verdict === "allowed"]);
    const own = await page.evaluate((key) => ways.around(findNode(key), true).list.map(({ node, sure }) => [nodeKey(node), sure]), role);
    assert.deepEqual(own.map(([key]) => key).sort(), said.map(([key]) => key).sort(), role);
    const sure = new Set(own.filter(([, sure]) => sure).map(([key]) => key));
    for (const [key, allowed] of said) if (sure.has(key)) assert.ok(allowed, `${key} → ${role}`);
    const shown = await page.evaluate((key) => data.principals.most[findNode(key)], role);
    assert.equal(own.length, shown, role);
  }
  const alice = askJson("reach", "tooling/alice", "--from", "samples").results.length;
  assert.equal(await page.evaluate(() => ways.around(findNode("arn:aws:iam::033344445555:user/alice"), false).list.length), alice);
});

await test("tables-are-sorted-filtered-and-linked", async (page) => {
  await page.locator(".titles button").first().click();
  await settle(page, 60);
  const up = await firstCells(page);
  assert.deepEqual(up, [...up].sort((one, another) => (one.toLowerCase() < another.toLowerCase() ? -1 : 1)));
  assert.equal(await page.locator("[aria-sort=ascending]").count(), 1);
  await page.locator(".titles button").first().click();
  await settle(page, 60);
  assert.deepEqual(await firstCells(page), [...up].reverse());
  await page.getByRole("searchbox", { name: "Filter roles" }).fill("vendor");
  await settle(page, 250);
  assert.deepEqual((await firstCells(page)).sort(), ["vendor-backup", "vendor-monitoring"]);
  await page.locator(".rows a.open").first().click();
  assert.match(await headText(page), /^vendor-/);
  await page.goBack();
  assert.equal(await headText(page), "Roles");
}, { hash: "#view=roles" });

await test("a-role-shows-callers-by-hops-and-lights-a-way", async (page) => {
  const key = "arn:aws:iam::444455556666:role/administrator";
  const said = askJson("who-can", key, "--from", "samples").results;
  assert.equal(await headText(page), "administrator");
  const columns = await texts(page, ".hops header b");
  const longest = Math.max(...said.map((row) => row.hops));
  assert.equal(columns.length, longest + 1);
  assert.equal(columns.at(-1), "This role");
  assert.equal(await page.locator(".lit.on").count(), longest);
  await page.locator(".hops", { hasText: "Direct" }).locator("button").first().click();
  await settle(page, 60);
  assert.match(await page.evaluate(() => location.hash), /way=/);
  assert.equal(await page.locator(".lit.on").count(), 1);
  assert.equal(await page.locator(".steps li").count(), 2);
  assert.ok((await page.locator(".below .policy").textContent()).includes("sts:AssumeRole"));
  assert.ok((await page.locator(".policy .matters").count()) > 0);
  await page.getByRole("link", { name: /Can become/ }).click();
  assert.match(await page.evaluate(() => location.hash), /tab=becomes/);
}, { hash: `#role=${encodeURIComponent("arn:aws:iam::444455556666:role/administrator")}` });

await test("principals-and-administrators", async (page) => {
  const administrators = askJson("administrators", "--from", "samples").administrators.filter((row) => row.how !== "chain");
  await go(page, "#view=administrators&conditional=1");
  assert.equal((await firstCells(page)).length, administrators.length);
  const text = await page.locator("main").textContent();
  for (const row of administrators) assert.ok(text.includes(row.reason), row.reason);
  await go(page, "#view=principals");
  const kinds = await page.evaluate(() => [nodeCount, principalCount]);
  assert.ok((await page.locator(".head").textContent()).includes(`${kinds[0]} of ${kinds[0]}`));
  await page.getByRole("combobox", { name: "All kinds" }).selectOption("user");
  await settle(page, 60);
  assert.equal((await firstCells(page)).length, 7);
});

await test("the-matrix-is-that-of-graph", async (page) => {
  const csv = ask("graph", "--from", "samples", "--view", "matrix", "--format", "csv").trim().split("\n").slice(1).map((line) => line.split(","));
  const links = await page.locator("table.cells td a").evaluateAll((cells) => cells.map((cell) => cell.getAttribute("aria-label")));
  assert.equal(links.length, csv.length);
  for (const [, from, , into, roles, administrators] of csv) {
    const words = links.find((label) => label.startsWith(`${from} (`) && label.includes(` of ${into} (`));
    assert.ok(words?.includes(`can become ${roles} role`) && words.includes(`, ${administrators} administrator`), `${from} ${into}: ${words}`);
  }
  await page.locator("table.cells td a").first().click();
  await settle(page, 60);
  const title = await page.locator(".panel h2").textContent();
  assert.equal(await page.locator(".panel .row").count(), Number(/become (\d+) role/.exec(title)[1]));
  await page.keyboard.press("Escape");
  await settle(page, 60);
  assert.equal(await page.locator(".panel").count(), 0);
  await page.getByRole("button", { name: "Fold OUs" }).click();
  await settle(page, 60);
  assert.ok((await page.locator("table.cells tbody tr").count()) < 5);
}, { hash: "#view=accounts" });

await test("limits-list-the-gaps", async (page) => {
  const { gaps } = askJson("findings", "--from", "samples");
  const shown = await texts(page, ".gap-list li");
  assert.equal(shown.length, gaps.length);
  gaps.forEach((gap, place) => assert.ok(shown[place].toLowerCase().startsWith(gap.toLowerCase())));
}, { hash: "#view=limits" });

await test("search-and-keyboard", async (page) => {
  await page.keyboard.press("/");
  await page.keyboard.type("vendor");
  assert.equal(await page.locator("#found [role=option]").count(), 2);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await settle(page, 60);
  assert.match(await headText(page), /^vendor-/);
  await page.keyboard.press("/");
  await page.keyboard.type("no such thing");
  assert.equal(await page.locator("#found").textContent(), "Nothing of that name");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#found").isVisible(), false);
  await go(page, "#view=roles");
  await page.locator(".rows a.open").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const second = (await firstCells(page))[2];
  assert.equal(await page.evaluate(() => document.activeElement.textContent), second);
  await page.keyboard.press("Enter");
  await settle(page, 60);
  assert.equal(await headText(page), second.replace(/^administrator (?=.)/, ""));
});

await test("the-first-tab-skips-to-the-content", async (page) => {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
});

await test("dark-is-dark", async (page) => {
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(ground, "rgb(15, 19, 24)");
}, { dark: true });

await test("narrow-does-not-scroll-sideways", async (page) => {
  for (const view of ["overview", "findings", "roles", "principals", "administrators", "accounts", "limits"]) {
    await go(page, `#view=${view}`);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 400, view);
  }
  await go(page, "#view=overview");
  assert.ok(await page.locator(".ways li").first().isVisible());
  assert.equal(await page.locator(".picture").isVisible(), false);
}, { size: { width: 400, height: 850 } });

await test("print-shows-all-rows-and-no-tools", async (page) => {
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.locator(".side").isVisible(), false);
  assert.equal(await page.locator(".tools").isVisible(), false);
  const tops = await page.locator(".rows .row.cells").evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().top));
  assert.equal(tops.length, 15);
  assert.deepEqual(tops, [...tops].sort((one, another) => one - another));
  await page.pdf({ path: join(folder, "roles.pdf") });
}, { hash: "#view=roles" });

await test("only-rows-that-are-seen-exist", async (page) => {
  const count = await page.evaluate(() => {
    const list = longList({ label: "many", count: 100000, height: 20, draw: (index) => make("div", { class: "row", role: "row" }, make("div", { role: "cell" }, make("a", { href: "#x" }, String(index)))), tall: 400 });
    document.getElementById("main").append(list.element);
    list.update(100000);
    list.show(50000);
    return list.element.querySelectorAll(".row").length;
  });
  assert.ok(count > 10 && count < 120, String(count));
});

await test("names-of-any-content-are-inert", async (page) => {
  assert.equal(await page.evaluate(() => principalCount), names.length);
  for (const view of ["overview", "findings", "roles", "principals", "administrators", "accounts", "limits"]) await go(page, `#view=${view}`);
  for (let place = 0; place < names.length; place++) {
    const key = await page.evaluate((place) => nodeKey(place), place);
    await page.evaluate((key) => (location.hash = hrefOf({ role: key })), key);
    await settle(page, 60);
    const heading = await headText(page);
    assert.doesNotMatch(heading, /[\u0000-\u001f\u202a-\u202e\u2066-\u2069\u2028]/);
    await page.evaluate((place) => (location.hash = hrefOf({ view: "findings", finding: data.findings[place]?.print })), place);
    await settle(page, 30);
  }
  assert.equal(await page.evaluate(() => window.broken), undefined);
  assert.equal(await page.locator("main script, main img, main [onload], main [onclick], main iframe").count(), 0);
  assert.equal(await page.locator("script").count(), 2);
  await go(page, "#view=roles");
  const shown = (await firstCells(page)).join("|");
  for (const words of ["'><svg onload=window.broken=3>", "]]><!-- <script> -->", "\\u{202E}", "\\u{A}", "${window.broken = 4}@DATA@@SCRIPT@"]) assert.ok(shown.includes(words), words);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 1280);
}, { file: hostile });

await test("a-place-that-is-not-there-is-said", async (page) => {
  assert.equal(await headText(page), "Not in this report");
  await go(page, "#view=findings&finding=0000");
  assert.ok((await page.locator(".detail").count()) === 1);
  await go(page, "#view=nonsense");
  assert.equal(await headText(page), "Who can assume which role");
}, { hash: "#role=arn:aws:iam::000000000000:role/none" });

await test("what-is-left-out-is-said", async (page) => {
  assert.ok((await page.locator(".left-out").textContent()).includes("17 users and roles"));
  assert.equal(await page.evaluate(() => principalCount), 5);
}, { file: few });

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
for (const dark of [false, true])
  await test(`accessible-${dark ? "dark" : "light"}`, async (page) => {
    await page.evaluate(axe);
    const role = encodeURIComponent("arn:aws:iam::444455556666:role/administrator");
    for (const hash of ["#view=overview", "#view=findings", "#view=roles", `#role=${role}`, "#view=principals", "#view=administrators", "#view=accounts", "#view=limits"]) {
      await go(page, hash);
      const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary.slice(0, 300)}`).join(" | ")}`);
      assert.deepEqual(serious, [], hash);
    }
  }, { dark });

await close();
process.exit(failed > 0 ? 1 : 0);
