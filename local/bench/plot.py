"""The plot of docs/performance.md: messages a second of a burst, by the function's memory, beside the port's."""

from collections.abc import Mapping

WIDTH, ROW, LEFT, TOP = 640, 34, 150, 56
OURS, PORTS = "#1f6f8b", "#9a9a9a"


def plot(columns: Mapping[str, Mapping[str, float]], burst: int) -> str:
    """An SVG of horizontal bars, with its numbers beside them."""
    bars = [(name, figures[f"burst of {burst}, messages/s"], OURS) for name, figures in columns.items() if "MB" in name]
    speeds = [value for name, value in columns["port"].items() if name.endswith("messages/s")]
    bars.append(("the port, a whole processor", speeds[0], PORTS))
    longest = max(value for _, value, _ in bars)
    height = TOP + ROW * len(bars) + 16
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}">',
        "<style>text { font: 13px sans-serif; fill: #222222 }</style>",
        f"<title>Messages a second in a burst of {burst} calls, by the function's memory</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="28">Messages a second, {burst} calls ending at once</text>',
    ]
    for number, (name, value, colour) in enumerate(bars):
        y, length = TOP + ROW * number, (WIDTH - LEFT - 130) * value / longest
        lines += [
            f'<text x="{LEFT + 30}" y="{y + 16}" text-anchor="end">{name}</text>',
            f'<rect x="{LEFT + 40}" y="{y}" width="{length:.0f}" height="22" fill="{colour}"/>',
            f'<text x="{LEFT + 48 + length:.0f}" y="{y + 16}">{value:.1f}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])
