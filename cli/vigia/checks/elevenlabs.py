"""ElevenLabs' side: the key and its scope, a batch that can be read, the summary's language, a rival webhook."""

from typing import Any
from urllib.parse import quote

from lib.core.language import code_of
from lib.core.policy import AUTO, MAX_LOOKBACK_HOURS

from ..words import t
from .check import Check, Finding, Patient, bad, good

BATCHES = "/v1/convai/batch-calling"
AGENTS_AT_MOST = 10
_UNDER_WAY = ("pending", "dispatched", "initiated", "in_progress")


def elevenlabs(patient: Patient) -> Finding:
    seen = patient.elevenlabs.get(f"{BATCHES}/workspace", limit=100)
    if seen.is_silent:
        what = t("ElevenLabs does not answer at {url}.", url=patient.elevenlabs.base_url)
        return bad(what, t("see status.elevenlabs.io, and the stack's parameter ElevenLabsBaseUrl"))
    if seen.status in (401, 403):
        if "missing_permissions" in str(seen.body):
            what = t("ELEVENLABS_API_KEY is valid and lacks the scope convai_read.")
            return bad(what, t("give the key that scope in ElevenLabs, or another: vigia secrets push"))
        if "quota_exceeded" in str(seen.body):
            return bad(t("ElevenLabs' plan has no credit left."), t("see the plan in ElevenLabs"))
        return bad(t("ElevenLabs refuses ELEVENLABS_API_KEY ({status}).", status=seen.status), "vigia secrets push")
    rows = seen.body.get("batch_calls")
    if not seen.is_good or not isinstance(rows, list):
        return bad(t("ElevenLabs gave no list of batches: it answered {status}.", status=seen.status))
    patient.notes["batches"] = [row for row in rows if isinstance(row, dict)]
    return good(t("{count:batch|batches} on the list's first page", count=len(patient.notes["batches"])))


def batch(patient: Patient) -> Finding:
    batches = patient.notes["batches"]
    if not batches:
        return good(t("there is none yet"))
    seen = patient.elevenlabs.get(f"{BATCHES}/{quote(str(batches[0].get('id')), safe='')}")
    if not seen.is_good or not isinstance(seen.body.get("recipients"), list):
        what = t("The newest batch cannot be read: ElevenLabs answered {status}.", status=seen.status)
        return bad(what, t("give the key access to it in ElevenLabs, or another key: vigia secrets push"))
    return good(t("{count:recipient|recipients} in the newest one", count=len(seen.body["recipients"])))


def agents(patient: Patient) -> list[tuple[str, dict[str, Any]]]:
    """The agents of the listed batches, as ElevenLabs shows them; those that the key may not read are left out."""
    if "agents" not in patient.notes:
        ids = dict.fromkeys(str(row["agent_id"]) for row in patient.notes["batches"] if row.get("agent_id"))
        found = []
        for agent_id in list(ids)[:AGENTS_AT_MOST]:
            seen = patient.elevenlabs.get(f"/v1/convai/agents/{quote(agent_id, safe='')}")
            if seen.is_good:
                found.append((agent_id, dict(seen.body)))
        patient.notes["agents"] = found
    known: list[tuple[str, dict[str, Any]]] = patient.notes["agents"]
    return known


def summary_language(patient: Patient) -> Finding:
    wrong = []
    for agent_id, body in agents(patient):
        wanted = patient.settings.for_agent(agent_id).language
        spoken = str(_inside(body, "platform_settings", "summary_language") or "")
        if wanted != AUTO and spoken and code_of(spoken) != wanted:
            wrong.append(
                t("{agent}: {spoken}, and the message is in {wanted}", agent=agent_id, spoken=spoken, wanted=wanted)
            )
    if wrong:
        return bad(
            t("The summaries are in another language than the message: {which}.", which="; ".join(wrong)),
            t("set the agent's summary language in ElevenLabs, or: vigia settings set language …"),
        )
    return good(t("nothing speaks against it"))


def rival(patient: Patient) -> Finding:
    """A post-call webhook of the workspace or of an agent: whoever listens there may write to the same people."""
    where = []
    seen = patient.elevenlabs.get("/v1/convai/settings")
    if seen.is_good and _inside(seen.body, "webhooks", "post_call_webhook_id"):
        where.append(t("the workspace"))
    for agent_id, body in agents(patient):
        if _inside(body, "platform_settings", "workspace_overrides", "webhooks", "post_call_webhook_id"):
            where.append(agent_id)
    if where:
        return bad(
            t(
                "A post-call webhook is set for {where}: if what listens there writes too, people get two messages.",
                where=", ".join(where),
            ),
            t("see in ElevenLabs what it does; take it out, or make sure that it writes to nobody"),
        )
    return good(t("no post-call webhook that we may see"))


def limit(patient: Patient) -> Finding:
    """Meta's limit of the day against the calls that are still to end."""
    active = [row for row in patient.notes["batches"] if row.get("status") in _UNDER_WAY]
    people = sum(
        max(0, _whole(row.get("total_calls_scheduled")) - _whole(row.get("total_calls_finished"))) for row in active
    )
    allowed = patient.settings.daily_limit or patient.notes.get("messaging_limit")
    if allowed and people > allowed:
        return bad(
            t(
                "{people:person is|people are} still to be called, and {allowed} may be written to in 24 hours.",
                people=people,
                allowed=allowed,
            ),
            t(
                "they wait, those who talked first go first; raise lookback_hours to {hours} so that none gets too old",
                hours=min(MAX_LOOKBACK_HOURS, 24 * (people // allowed + 1)),
            ),
        )
    return good(t("{people:person|people} in the batches under way", people=people))


def _inside(body: Any, *names: str) -> Any:
    for name in names:
        body = body.get(name) if isinstance(body, dict) else None
    return body


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


CHECKS = (
    Check("elevenlabs", elevenlabs, ("parameters",)),
    Check("batch", batch, ("elevenlabs",)),
    Check("summary_language", summary_language, ("batch", "settings")),
    Check("webhook", rival, ("elevenlabs",)),
)
OF_THE_SENDERS_LIMIT = (Check("limit", limit, ("elevenlabs", "settings", "sender")),)
