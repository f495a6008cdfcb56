import { Document, Scalar, visit } from "yaml";

/** YAML for people: sorted keys, multi-line strings as blocks. Means the same in YAML 1.1, which kubectl reads. */
export function toYaml(value: unknown): string[] {
  const document = new Document(value ?? null, {
    sortMapEntries: true,
    aliasDuplicateObjects: false,
    compat: "yaml-1.1",
  });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === "string" && HIDDEN.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  const text = document.toString({ indentSeq: false, blockQuote: "literal", lineWidth: 0 });
  return text.replace(/\n$/, "").split("\n");
}

/** What a block hides or can't hold: leading and trailing blanks, and non-text characters. */
const HIDDEN = /^\s|[ \t](?=\n|$)|[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\uffff]/;
