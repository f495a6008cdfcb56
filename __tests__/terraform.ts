/**
 * What Terraform makes of an expression, as far as conditions of this library go: paths into given values, texts, lists,
 * `for` over a list, comparisons, `!`, `||`, and the functions below. Anything else is an error of the test.
 */
export function evaluate(expression: string, values: Record<string, unknown>): unknown {
  const [, inner = ""] = /^\$\{(.*)\}$/s.exec(expression) ?? [];
  const tokens = inner.match(/"(?:[^"\\]|\\.)*"|&&|\|\||[!=]=|[!()[\],:.]|[A-Za-z_][-\w]*|\d+|\S/g) ?? [];
  let at = 0;
  const peek = () => tokens[at];
  const take = (expected?: string) => {
    const token = tokens[at];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new SyntaxError(`${expected ?? "something"} expected in: ${inner} (at ${token}, ${at})`);
    }
    at += 1;
    return token;
  };

  type Scope = Record<string, unknown>;
  type Node = (scope: Scope) => unknown;

  function or(): Node {
    let left = comparison();
    while (peek() === "||" || peek() === "&&") {
      const [operator, before, after] = [take(), left, comparison()];
      // Terraform evaluates both sides.
      left = (scope) => {
        const [a, b] = [before(scope), after(scope)];
        return operator === "||" ? a || b : a && b;
      };
    }
    return left;
  }

  function comparison(): Node {
    const left = unary();
    if (peek() !== "==" && peek() !== "!=") {
      return left;
    }
    const [operator, right] = [take(), unary()];
    return (scope) => (JSON.stringify(left(scope)) === JSON.stringify(right(scope))) === (operator === "==");
  }

  function unary(): Node {
    if (peek() === "!") {
      take();
      const operand = unary();
      return (scope) => !operand(scope);
    }
    return path();
  }

  function path(): Node {
    let node = primary();
    for (;;) {
      const [before, next] = [node, peek()];
      if (next === ".") {
        take();
        const name = take();
        node = (scope) => member(before(scope), name);
      } else if (next === "[") {
        take();
        const index = or();
        take("]");
        node = (scope) => member(before(scope), index(scope) as string);
      } else {
        return node;
      }
    }
  }

  function member(value: unknown, key: string): unknown {
    if (value === null || typeof value !== "object" || !(key in value)) {
      throw new RangeError(`nothing is called ${key}`);
    }
    return (value as Record<string, unknown>)[key];
  }

  function primary(): Node {
    const token = take();
    if (token.startsWith('"')) {
      const text: unknown = JSON.parse(token);
      return () => text;
    }
    if (/^\d+$/.test(token)) {
      return () => Number(token);
    }
    if (token === "(") {
      const node = or();
      take(")");
      return node;
    }
    if (token === "[") {
      return peek() === "for" ? comprehension() : list("]");
    }
    if (token in CONSTANTS) {
      return () => CONSTANTS[token];
    }
    if (peek() === "(") {
      take();
      const call = FUNCTIONS[token];
      if (!call) {
        throw new SyntaxError(`no function ${token} here`);
      }
      const args = nodes(")");
      return (scope) => call(args.map((argument) => () => argument(scope)));
    }
    return (scope) => member(scope, token);
  }

  function comprehension(): Node {
    take("for");
    const name = take();
    take("in");
    const source = or();
    take(":");
    const body = or();
    take("]");
    return (scope) => {
      const items = source(scope);
      if (!Array.isArray(items)) {
        throw new TypeError("for needs a list");
      }
      return items.map((item) => body({ ...scope, [name]: item }));
    };
  }

  function list(end: string): Node {
    const items = nodes(end);
    return (scope) => items.map((item) => item(scope));
  }

  function nodes(end: string): Node[] {
    const found: Node[] = [];
    while (peek() !== end) {
      found.push(or());
      if (peek() !== end) {
        take(",");
      }
    }
    take(end);
    return found;
  }

  const node = or();
  if (at < tokens.length) {
    throw new SyntaxError(`more than an expression: ${inner} (at ${peek()})`);
  }
  return node(values);
}

const CONSTANTS: Record<string, unknown> = { true: true, false: false, null: null };

type Arguments = (() => unknown)[];

const FUNCTIONS: Record<string, (args: Arguments) => unknown> = {
  alltrue: (args) => listOf(args, 0).every(Boolean),
  coalesce: (args) => args.map((read) => read()).find((value) => value !== null && value !== ""),
  contains: (args) => listOf(args, 0).includes(args[1]?.()),
  jsonencode: (args) => JSON.stringify(args[0]?.()),
  try: (args) => {
    for (const read of args) {
      try {
        return read();
      } catch (error) {
        if (error instanceof SyntaxError) {
          throw error;
        }
      }
    }
    throw new RangeError("nothing can be evaluated");
  },
};

function listOf(args: Arguments, index: number): unknown[] {
  const value = args[index]?.();
  if (!Array.isArray(value)) {
    throw new TypeError("a list is needed");
  }
  return value;
}
