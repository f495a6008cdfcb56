import { canonicalQuantity, nanosOf } from "../../lib/kubernetes/quantity";

describe("a quantity as the API writes it", () => {
  test.each<[string | number, string]>([
    // Decimal
    ["1000m", "1"],
    ["1500m", "1500m"],
    ["250m", "250m"],
    ["2000m", "2"],
    ["0.5", "500m"],
    [".5", "500m"],
    ["1.", "1."],
    ["0.25", "250m"],
    ["1.5", "1500m"],
    ["2.000", "2"],
    [0.5, "500m"],
    [1, "1"],
    [2, "2"],
    ["100", "100"],
    ["1000", "1k"],
    [1000, "1k"],
    ["1500", "1500"],
    ["1000k", "1M"],
    ["1.5G", "1500M"],
    ["1000000000000", "1T"],
    ["0.001k", "1"],
    ["128974848", "128974848"],
    ["129000000", "129M"],
    ["129M", "129M"],
    // Beyond its suffixes the API writes none.
    ["1000E", "1"],
    ["007", "007"],
    // Binary
    ["1024Mi", "1Gi"],
    ["1000Mi", "1000Mi"],
    ["1536Mi", "1536Mi"],
    ["1.5Gi", "1536Mi"],
    ["2048Ki", "2Mi"],
    ["1Ki", "1Ki"],
    ["0.5Ki", "512"],
    ["1.5Ki", "1536"],
    ["1048576Ki", "1Gi"],
    ["1024Gi", "1Ti"],
    ["123Mi", "123Mi"],
    ["1024Ei", "9223372036854775807"],
    // More digits than a double has
    ["9007199254740993", "9007199254740993"],
    ["9007199254740993k", "9007199254740993k"],
    // With an exponent
    ["1e3", "1e3"],
    ["1e4", "10e3"],
    ["1E3", "1E3"],
    ["12e-2", "120e-3"],
    ["1000e3", "1e6"],
    // What is canonical enough
    ["1.500", "1.500"],
    ["+1", "+1"],
    ["01Gi", "01Gi"],
    ["128E6", "128E6"],
    ["100u", "100u"],
    // Finer than thousand millionths
    ["0.1n", "1n"],
    // Zero and signs
    ["0", "0"],
    [0, "0"],
    ["0m", "0"],
    ["0Gi", "0"],
    ["0.0", "0"],
    ["-0", "0"],
    ["-1000m", "-1"],
    ["-1024Mi", "-1Gi"],
    ["-0.5", "-500m"],
    ["+1000m", "1"],
  ])("%p is %p", (written, canonical) => {
    expect(canonicalQuantity(written)).toBe(canonical);
  });

  test("is rounded up to thousandths where it is a resource", () => {
    expect(canonicalQuantity("100u", -3)).toBe("1m");
    expect(canonicalQuantity("1.0001", -3)).toBe("1001m");
    expect(canonicalQuantity("1.500", -3)).toBe("1.500");
  });

  test.each(["", "m", "Gi", ".", "-", "1 Gi", "1gi", "1GB", "abc", "1.2.3", "--1", "10%"])(
    "%p is none",
    (text) => {
      expect(canonicalQuantity(text)).toBeUndefined();
    },
  );

  test("what is canonical stays as it is", () => {
    for (const text of ["1", "500m", "1Gi", "1536Mi", "1k", "-1", "512", "0"]) {
      expect(canonicalQuantity(text)).toBe(text);
    }
  });

  test.each([
    ["0.1Gi", "107374182400m"],
    ["0.3Mi", "314572800m"],
  ])("%p is %p: no whole number of bytes", (written, canonical) => {
    expect(canonicalQuantity(written)).toBe(canonical);
  });
});

describe("a quantity in thousand millionths", () => {
  test.each<[string, bigint]>([
    ["1", 10n ** 9n],
    ["1000m", 10n ** 9n],
    ["-2", -2n * 10n ** 9n],
    ["+3k", 3000n * 10n ** 9n],
    ["0.5", 5n * 10n ** 8n],
    [".5", 5n * 10n ** 8n],
    ["1.", 10n ** 9n],
    ["1n", 1n],
    ["1u", 1000n],
    ["5e-1", 5n * 10n ** 8n],
    ["1E3", 1000n * 10n ** 9n],
    ["1Ki", 1024n * 10n ** 9n],
    ["1.5Gi", 1536n * 1024n ** 2n * 10n ** 9n],
    ["7E", 7n * 10n ** 27n],
    // Kubernetes rounds up, and has a largest number.
    ["0.1n", 1n],
    ["1e-99", 1n],
    ["10E", (2n ** 63n - 1n) * 10n ** 9n],
    ["1e999999999", (2n ** 63n - 1n) * 10n ** 9n],
    ["0e999999999", 0n],
  ])("%s", (quantity, nanos) => {
    expect(nanosOf(quantity)).toBe(nanos);
  });

  test.each(["", "m", "abc", "1 Gi", "1Gib", "--1", "1e"])("%p is none", (text) => {
    expect(nanosOf(text)).toBeUndefined();
  });
});
