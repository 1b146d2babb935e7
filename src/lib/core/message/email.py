"""An e-mail's subject, its plain text, and the HTML beside it (contract §4). Pure.

The HTML is made from the plain text, so that both say the same; it loads nothing, and its colours follow the reader's
light or dark mode.
"""

import re
from html import escape
from string import Template

from ..text import one_line
from .draft import Draft
from .texts import free_text

_SIGNATURE = "-- \n"  # what mail programs know as the beginning of a signature
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]*[^*\s])\*(?![\w*])")  # as WhatsApp writes it
_PAGE = Template("""<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>$subject</title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #16181c !important; color: #e8eaed !important; }
  .signature { color: #a8adb5 !important; border-color: #3c4048 !important; }
}
</style>
</head>
<body class="page" style="margin:0; padding:24px; background:#ffffff; color:#1f2328;">
<div style="max-width:36em; margin:0 auto; font:16px/1.5 system-ui,-apple-system,'Segoe UI',Arial,sans-serif;">
$paragraphs
</div>
</body>
</html>
""")
_PARAGRAPH = '<p style="margin:0 0 16px;">{}</p>'
_LAST = (
    '<p class="signature" '
    'style="margin:24px 0 0; padding-top:16px; border-top:1px solid #d0d7de; color:#57606a;">{}</p>'
)


def subject(draft: Draft) -> str:
    """One line. The person's name is not in it: it shows on locked screens."""
    words = draft.words.subject_missed if draft.kind == "missed" else draft.words.subject
    return one_line(f"{words} – {draft.policy.brand}")


def text(draft: Draft) -> str:
    return free_text(draft, _SIGNATURE + draft.policy.brand)


def html(subject: str, text: str, language: str) -> str:
    """The HTML part of an e-mail with this subject and plain text."""
    visible = "".join(map(_visible, text.replace("\r\n", "\n")))
    paragraphs = "\n".join(map(_paragraph, re.split(r"\n{2,}", visible)))
    return _PAGE.substitute(language=language, subject=escape(subject), paragraphs=paragraphs)


def _visible(character: str) -> str:
    """Every blank is a space, for what it parts stays apart; the joiners inside an emoji or a word are kept."""
    if character.isprintable() or character in "\n\u200c\u200d":
        return character
    return " " if character.isspace() else ""


def _paragraph(text: str) -> str:
    form = _LAST if text.startswith(_SIGNATURE) else _PARAGRAPH
    return form.format(_BOLD.sub(r"<strong>\1</strong>", escape(text.removeprefix(_SIGNATURE))).replace("\n", "<br>\n"))
