/** Synthesizes a program as the run's own: integ/app.ts PROGRAM. An example does it by itself; main.ts has a function for it. */
import { App } from "cdktf";
import { context } from "../cdktf.json";
import "./own-names";

const [, , program = ""] = process.argv;
const { build } = require(program) as { build?: (app: App) => App };
build?.(new App({ context })).synth();
