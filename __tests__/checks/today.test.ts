import { monthsBetween, today } from "../../lib/checks/today";

const between = (from: string, to: string) => monthsBetween(new Date(from), new Date(to));

test("months are whole ones", () => {
  expect(between("2026-06-02", "2026-06-02")).toBe(0);
  expect(between("2026-06-02", "2026-07-01")).toBe(0);
  expect(between("2026-06-02", "2026-07-02")).toBe(1);
  expect(between("2026-06-02", "2027-06-02")).toBe(12);
});

test.each([
  ["1795651200", "2026-11-26"],
  ["0", "1970-01-01"],
])("the day is what SOURCE_DATE_EPOCH says: %s", (seconds, day) => {
  const before = process.env.SOURCE_DATE_EPOCH;
  process.env.SOURCE_DATE_EPOCH = seconds;
  expect(today().toISOString().slice(0, 10)).toBe(day);
  process.env.SOURCE_DATE_EPOCH = before;
});

test.each([undefined, "", "yesterday"])("else the clock's: %j", (value) => {
  const before = process.env.SOURCE_DATE_EPOCH;
  if (value === undefined) {
    delete process.env.SOURCE_DATE_EPOCH;
  } else {
    process.env.SOURCE_DATE_EPOCH = value;
  }
  expect(Math.abs(today().getTime() - Date.now())).toBeLessThan(60_000);
  process.env.SOURCE_DATE_EPOCH = before;
});
