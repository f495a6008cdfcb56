"""Prints, as JSON, what the models of Azure's SDK for Python say of the fleet API: .ci/fleet-models.py FOLDER API_VERSION.

FOLDER is the SDK's `models`. The types are for __tests__/conformance/arm-types.ts: by name, their bases and fields.
"""

import ast
import json
import sys
from pathlib import Path

folder, api_version = Path(sys.argv[1]), sys.argv[2]


def classes(file):
    tree = ast.parse((folder / file).read_text())
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


def text_of(annotation):
    """`list[X]`, `dict[str, X]`, `X`: of a choice the last, which is the model; of what is optional what it is."""
    if isinstance(annotation, ast.Constant):
        return text_of(ast.parse(annotation.value, mode="eval").body)
    if isinstance(annotation, ast.Attribute):
        return annotation.attr
    if isinstance(annotation, ast.Subscript):
        of = annotation.slice
        inner = [text_of(one) for one in of.elts] if isinstance(of, ast.Tuple) else [text_of(of)]
        container = text_of(annotation.value)
        if container in ("Optional", "Union", "Literal"):
            return inner[-1]
        return f"{container.lower()}[{', '.join(inner)}]"
    return annotation.id


def field_of(statement):
    """Name, type and rules of `name: Type = rest_field(…)`, else None."""
    call = getattr(statement, "value", None)
    if not (isinstance(statement, ast.AnnAssign) and isinstance(call, ast.Call)):
        return None
    if getattr(call.func, "id", None) not in ("rest_field", "rest_discriminator"):
        return None
    rules = {rule.arg: ast.literal_eval(rule.value) for rule in call.keywords if rule.arg in ("name", "visibility")}
    annotation = statement.annotation
    optional = isinstance(annotation, ast.Subscript) and getattr(annotation.value, "id", None) == "Optional"
    field = {"type": text_of(annotation)}
    if rules.get("visibility") == ["read"]:
        field["readOnly"] = True
    if not optional:
        field["required"] = True
    return rules.get("name", statement.target.id), field


known = {node.name for node in classes("_models.py")}
types = {
    node.name: {
        "base": [base.id for base in node.bases if isinstance(base, ast.Name) and base.id in known],
        "fields": dict(filter(None, map(field_of, node.body))),
    }
    for node in classes("_models.py")
}
enums = {
    node.name: [
        ast.literal_eval(statement.value) for statement in node.body if isinstance(statement, ast.Assign)
    ]
    for node in classes("_enums.py")
}
print(json.dumps({"apiVersion": api_version, "types": types, "enums": enums}, indent=1))
