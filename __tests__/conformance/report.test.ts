import { DEFAULTS, FORCES } from "../../lib/command/plan/compare";
import { describeConformance, reference } from ".";

// What the report says of attributes holds of those that there are.
describeConformance("the report", () => {
  test("knows the attributes that azurerm has", () => {
    const { resource } = reference().schemas;
    const missing = Object.entries(FORCES).flatMap(([type, { only = [], but = [] }]) =>
      [...only, ...but, ...Object.keys(DEFAULTS[type] ?? {})]
        .filter(() => type.startsWith("azurerm_"))
        .filter((path) => {
          let block = resource[type];
          const keys = path.split(".");
          for (const key of keys.slice(0, -1)) block = block?.block_types?.[key]?.block;
          const last = keys[keys.length - 1] as string;
          return block?.attributes?.[last] === undefined && block?.block_types?.[last] === undefined;
        })
        .map((path) => `${type}.${path}`),
    );
    expect(missing).toEqual([]);
  });
});
