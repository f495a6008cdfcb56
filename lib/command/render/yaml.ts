import { Document, Scalar, visit } from "yaml";

/** YAML for a reader: keys in order, texts of several lines as blocks. YAML 1.1, which kubectl reads, means the same. */
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

/** What a block hides, or can't keep: blanks before it and at the end of its lines, other characters than those of texts. */
const HIDDEN = /^\s|[ \t](?=\n|$)|[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\uffff]/;
