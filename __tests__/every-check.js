const { mkdtempSync, readdirSync, readFileSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

/** The ids of docs/checks.md, in its order. */
function documentedIds() {
  const page = readFileSync(join(__dirname, "../docs/checks.md"), "utf8");
  return [...page.matchAll(/^\| `([-a-z0-9]+)` \|/gm)].map(([, id]) => id);
}

/** Whether a run leaves no test out. */
function isWhole(config) {
  return !(
    config.watch ||
    config.watchAll ||
    config.onlyChanged ||
    config.onlyFailures ||
    config.findRelatedTests ||
    config.runTestsByPath ||
    config.testNamePattern ||
    config.shard ||
    config.filter ||
    config.nonFlagArgs.length > 0 ||
    config.testPathPatterns.patterns.length > 0
  );
}

/** Fails a run of the whole suite in which a rule of docs/checks.md was never seen to refuse anything. */
class EveryCheck {
  constructor(config) {
    this.whole = isWhole(config);
  }

  onRunStart() {
    if (this.whole) {
      this.folder = mkdtempSync(join(tmpdir(), "aks-fleet-checks-"));
      // For __tests__/synth.ts: workers inherit it.
      process.env.TRIGGERED_CHECKS = this.folder;
    }
  }

  onRunComplete(_contexts, results) {
    if (!this.folder) {
      return;
    }
    const triggered = new Set(
      readdirSync(this.folder).flatMap((file) => readFileSync(join(this.folder, file), "utf8").split("\n")),
    );
    rmSync(this.folder, { recursive: true });
    const missing = documentedIds().filter((id) => !triggered.has(id));
    // A test that fails may be the one.
    if (missing.length > 0 && results.numFailedTests === 0 && results.numRuntimeErrorTestSuites === 0) {
      this.error = new Error(
        `No test triggers these rules of docs/checks.md; a test does by findings(), appFindings() or refusal() of __tests__/synth.ts:\n  ${missing.join("\n  ")}`,
      );
      console.error(`\n${this.error.message}\n`);
    }
  }

  getLastError() {
    return this.error;
  }
}

module.exports = EveryCheck;
module.exports.documentedIds = documentedIds;
