"""The shop's own words: what is wrong with them is said before anything is sent (contract §2, `texts`). Pure."""

from collections.abc import Collection
from string import Formatter

from ..core.message.compose import BODY_MAX_CHARACTERS, VARIABLE_MAX_CHARACTERS
from ..core.policy import Policy
from ..errors import ConfigurationError

LONGEST_NAME_CHARACTERS = 100  # of a person; ElevenLabs' room cuts there


def text(path: str, value: object) -> str:
    """A reader of one text, as far as it can be judged by itself."""
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError(path, 'must be a text that says something, such as "Hola {name}, …"')
    try:
        value.encode()
        fields = list(Formatter().parse(value))
    except UnicodeEncodeError:
        raise ConfigurationError(path, "must be text; it holds half a character") from None
    except ValueError:
        raise ConfigurationError(path, "has a brace without its other half; write {name}, or {{ for a brace") from None
    for _, name, form, conversion in fields:
        if form or conversion or name == "":
            raise ConfigurationError(path, "must write its placeholders as {name}, with nothing else in the braces")
    return value


def check_texts(path: str, policy: Policy) -> None:
    """Raises ConfigurationError for a text with an unknown placeholder, or one too long when all of them are long."""
    results = {*policy.variables, *policy.variables.values()}
    for kind, languages in policy.texts.items():
        known = {"name", "brand", *results} | ({"summary"} if kind == "follow_up" else set())
        for language, words in languages.items():
            _check(f"{path}.texts.{kind}.{language}", words, known, policy.brand)


def _check(path: str, words: str, known: Collection[str], brand: str) -> None:
    longest = {"name": LONGEST_NAME_CHARACTERS, "brand": len(brand)}
    length = 0
    for literal, name, _, _ in Formatter().parse(words):
        length += len(literal.encode("utf-16-le")) // 2
        if name is None:
            continue
        if name not in known:
            placeholders = ", ".join(f"{{{name}}}" for name in sorted(known))
            raise ConfigurationError(path, f"has a placeholder that is not known here; there are {placeholders}")
        length += longest.get(name, VARIABLE_MAX_CHARACTERS)
    if length > BODY_MAX_CHARACTERS:
        raise ConfigurationError(
            path,
            f"could become {length} characters long, with a name of {LONGEST_NAME_CHARACTERS} and "
            f"{VARIABLE_MAX_CHARACTERS} for each other placeholder; at most {BODY_MAX_CHARACTERS} can be sent",
        )
