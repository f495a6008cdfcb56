#!/usr/bin/env node
const { existsSync } = require("node:fs");
const { join } = require("node:path");

// A clone runs its sources, so it runs what you edit; the package contains only the build.
const sources = join(__dirname, "../lib/command/main.ts");
if (existsSync(sources)) {
  require("tsx/cjs");
  require(sources);
} else {
  require("../dist/lib/command/main.js");
}
