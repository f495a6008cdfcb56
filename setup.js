// A developer's own cluster must not decide about the tests: the checks refuse these variables.
for (const name of Object.keys(process.env).filter((name) => name.startsWith("KUBE_"))) {
  delete process.env[name];
}

// Rules about age go by this day, 2026-11-26, whenever the tests run.
process.env.SOURCE_DATE_EPOCH = String(Date.UTC(2026, 10, 26) / 1000);
