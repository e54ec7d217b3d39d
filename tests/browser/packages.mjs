// What the tests in a browser need, before any of it is imported.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

// Says that `what` is skipped and ends, where chromium or one of the packages is missing: {name: the file of it that is used}.
export function skipWithout(what, packages) {
  const skip = (reason) => {
    console.log(`[  SKIPPED ] ${what}: ${reason}`);
    process.exit(0);
  };
  if (!existsSync(process.env.CHROMIUM ?? "/usr/bin/chromium")) skip("chromium is not installed");
  try {
    for (const file of Object.values(packages)) require.resolve(file);
  } catch {
    skip(`${Object.keys(packages).join(" and ")} are not installed (make check-browser installs them)`);
  }
}
