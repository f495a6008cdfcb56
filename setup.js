const cdktf = require("cdktf");

cdktf.Testing.setupJest();

// A developer's own cluster must not decide about the tests: the checks refuse these variables.
for (const name of Object.keys(process.env).filter((name) => name.startsWith("KUBE_"))) {
  delete process.env[name];
}
