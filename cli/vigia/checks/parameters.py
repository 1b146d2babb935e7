"""The parameters: there, of the right form, encrypted; and what the settings say."""

from lib.config.in_spanish import problem_in
from lib.config.settings import parse_settings
from lib.core.law.law import countries, law_of
from lib.errors import ConfigurationError

from ..cloud import SECRETS
from ..forms import wrong_form, wrong_together
from ..words import language, t
from .check import Check, Finding, Patient, bad, good

OLD_LAW_DAYS = 400


def parameters(patient: Patient) -> Finding:
    values, stored = patient.values, patient.stored
    wrong = {
        name: problem
        for name, value in values.items()
        if name != "SETTINGS" and (problem := wrong_form(name, value or "-"))
    }
    if wrong:
        what = "; ".join(f"{name} {problem}" for name, problem in wrong.items())
        return bad(what, "vigia secrets push")
    without_settings = {name: value for name, value in values.items() if name != "SETTINGS"}
    missing = wrong_together(patient.session.cloud.prefix, without_settings)
    if missing is not None:
        return bad(_sentence(missing), "vigia secrets push")
    together = wrong_together(patient.session.cloud.prefix, values)
    if together is not None and "SETTINGS" not in together.parameter:
        return bad(_sentence(together), "vigia secrets push")
    plain = sorted(name for name in SECRETS if name in stored and stored[name]["Type"] != "SecureString")
    if plain:
        what = t("Stored as plain text, not encrypted: {names}.", names=", ".join(plain))
        return bad(what, f"vigia secrets remove {' '.join(plain)} && vigia secrets push")
    return good(
        t(
            "{count:parameter|parameters} below {prefix}, of the right form",
            count=len(without_settings),
            prefix=patient.session.cloud.prefix,
        )
    )


def settings(patient: Patient) -> Finding:
    text = patient.session.cloud.settings_text()
    try:
        parse_settings(text)
    except ConfigurationError as error:
        return bad(_sentence(error), "vigia settings edit")
    return good(t("every setting is understood") if text else t("none: every default"))


def law(patient: Patient) -> Finding:
    purpose = patient.settings.contact_law
    if purpose is None:
        return good(t("contact_law is not in use"))
    rows = [row for country in countries() if (row := law_of(country, "", purpose)) is not None]
    oldest = min(row.checked for row in rows)
    days = (patient.session.today - oldest).days
    if days > OLD_LAW_DAYS:
        what = t("The contact laws were last read {days:day|days} ago: they may have changed.", days=days)
        return bad(what, t("upgrade Vigía, or check docs/facts/contact-law.md against today's law"))
    return good(t("read {days:day|days} ago; whoever writes is responsible, not this table", days=days))


def _sentence(error: ConfigurationError) -> str:
    return f"{error.parameter} {problem_in(error.problem, language())}"


CHECKS = (
    Check("settings", settings, ("stack",)),
    Check("parameters", parameters, ("stack",)),
    Check("law", law, ("parameters", "settings")),
)
