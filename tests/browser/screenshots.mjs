// Pictures of every view of a report, to be looked at.
// usage: node tests/browser/screenshots.mjs REPORT FOLDER NAME
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { openBrowser, openReport } from "./browser.mjs";

const [report, folder, name] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const wanted = process.env.ONLY?.split(",");
for (const { width, dark } of [{ width: 1280 }, { width: 400 }, { width: 1280, dark: true }, { width: 400, dark: true }]) {
  const size = `${width}${dark ? "-dark" : ""}`;
  if (process.env.SIZE && !process.env.SIZE.split(",").includes(size)) continue;
  const { context, close } = await openBrowser({ width, dark, height: width < 700 ? 850 : 900 });
  const { page, told } = await openReport(context, resolve(report));
  const busiest = await page.evaluate(() => {
    let best = 0;
    data.principals.most.forEach((count, node) => (isRole(node) && hopColumns(node, true).columns.length > 2 && count > 0 && (!hasFlag(best, flag.role) || count < 300 && count > data.principals.most[best]) ? (best = node) : 0));
    return nodeKey(best);
  });
  const places = { overview: "", findings: "#view=findings&severity=critical,high", roles: "#view=roles", principals: "#view=principals", administrators: "#view=administrators", accounts: "#view=accounts", limits: "#view=limits", role: `#role=${encodeURIComponent(busiest)}` };
  for (const [place, hash] of Object.entries(places)) {
    if (wanted && !wanted.includes(place)) continue;
    await page.evaluate((hash) => (location.hash = hash === "" ? "#view=overview" : hash), hash);
    await page.waitForTimeout(250);
    await page.screenshot({ path: join(folder, `${name}-${place}-${size}.png`), fullPage: width < 700 });
  }
  if (!wanted || wanted.includes("overview")) {
    await page.evaluate(() => (location.hash = "#view=overview"));
    await page.waitForTimeout(100);
    await page.evaluate(() => document.querySelector(".content").scrollTo(0, 1e6));
    await page.screenshot({ path: join(folder, `${name}-overview-end-${size}.png`) });
  }
  for (const words of told.errors) console.log(`${name} ${size}: ${words}`);
  for (const address of told.requests) console.log(`${name} ${size}: asked for ${address}`);
  await close();
}
