"""The dashboard's widgets, a JSON file each in `dashboard/`, put together into template.yaml: `make dashboard`.

A file is a widget as CloudWatch reads it, with CloudFormation's `${…}` in it, and two liberties for the sake of a diff:
a text (`markdown`, `query`) may be a list of its lines, and a number may be a string such as `"${TickSeconds}000"`.
"""

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TEMPLATE, WIDGETS = ROOT / "template.yaml", ROOT / "dashboard"
TEXTS = ("markdown", "query")
INDENT = " " * 8  # of a line of `DashboardBody: !Sub |`


def widget(path: Path) -> dict[str, Any]:
    """One widget, its texts in one piece. Raises ValueError, naming the file, where it is not JSON."""
    try:
        shown: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name} is not JSON: {error}") from None
    texts = {key: value for key, value in shown["properties"].items() if key in TEXTS and isinstance(value, list)}
    shown["properties"].update({key: "\n".join(lines) for key, lines in texts.items()})
    return shown


def body() -> str:
    """The whole dashboard, for `Fn::Sub`: a line per widget, from the top left to the bottom right."""
    widgets = sorted((widget(path) for path in WIDGETS.glob("*.json")), key=lambda shown: (shown["y"], shown["x"]))
    rows = ",\n".join("    " + json.dumps(shown, ensure_ascii=False) for shown in widgets)
    text = f'{{\n  "start": "-PT24H",\n  "periodOverride": "inherit",\n  "widgets": [\n{rows}\n  ]\n}}\n'
    return re.sub(r'"(\$\{\w+\}\d+)"', r"\1", text)  # a parameter with digits after it is a number


def with_dashboard(template: str) -> str:
    """template.yaml's text, with the dashboard of today in it."""
    lines = "".join(INDENT + line for line in body().splitlines(keepends=True))
    head, begin, rest = template.partition("      DashboardBody: !Sub |\n")
    if not begin:
        raise ValueError("template.yaml has no line `DashboardBody: !Sub |`")
    return head + begin + lines + re.sub(rf"\A(?:{INDENT}.*\n|\n(?={INDENT}))*", "", rest)


if __name__ == "__main__":
    TEMPLATE.write_text(with_dashboard(TEMPLATE.read_text(encoding="utf-8")), encoding="utf-8")
