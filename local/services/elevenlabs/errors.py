"""How ElevenLabs says no: `detail` is an object, an array or a string (`facts/elevenlabs.md` §5)."""

from typing import Any

from local.services.answers import Answer
from local.services.faults import Fault, retry_after


def error(status: int, kind: str, code: str, message: str, legacy: str | None = None) -> Answer:
    """The body of today: `type`, `code`, `message`, the legacy `status`, and an id for support."""
    detail = {
        "type": kind,
        "code": code,
        "message": message,
        "status": legacy or code,
        "request_id": "0" * 32,
        "param": None,
    }
    return Answer(status, {"detail": detail})


def legacy_error(status: int, code: str, message: str) -> Answer:
    """The older body: `status` and `message` only."""
    return Answer(status, {"detail": {"status": code, "message": message}})


def invalid(*location: str, message: str, kind: str = "value_error", given: Any = None) -> Answer:
    """422: `detail` is an array."""
    return Answer(422, {"detail": [{"type": kind, "loc": list(location), "msg": message, "input": given}]})


def not_found(what: str, code: str) -> Answer:
    """404 of a batch or a conversation."""
    return error(404, "not_found", code, f"{what} not found.")


def invalid_api_key() -> Answer:
    """401: the key is wrong, or belongs to another residency."""
    return error(401, "authentication_error", "invalid_api_key", "Invalid API key")


def missing_api_key() -> Answer:
    """401: no `xi-api-key` header."""
    return error(401, "authentication_error", "missing_api_key", "Missing API key")


def missing_permissions(scope: str) -> Answer:
    """401: the key lacks a scope; only the legacy `status` says so."""
    message = f"The API key you used is missing the permission {scope} to execute this operation."
    return error(401, "authentication_error", "unauthorized", message, legacy="missing_permissions")


def too_many_requests(fault: Fault) -> Answer:
    """429 in today's body."""
    answer = error(429, "rate_limit_error", "system_busy", "The system is busy.")
    answer.headers.update(retry_after(fault))
    return answer


def too_many_requests_legacy(fault: Fault) -> Answer:
    """429 in the older body."""
    answer = legacy_error(429, "too_many_concurrent_requests", "Too many concurrent requests.")
    answer.headers.update(retry_after(fault))
    return answer


INSTEAD: dict[str, Any] = {
    "500": lambda _: error(500, "internal_error", "internal_error", "Something went wrong."),
    "429": too_many_requests,
    "429_legacy": too_many_requests_legacy,
    "invalid_api_key": lambda _: invalid_api_key(),
    "missing_permissions": lambda _: missing_permissions("convai_read"),
    "quota_exceeded": lambda _: legacy_error(401, "quota_exceeded", "This request exceeds your quota."),
    "403": lambda _: error(403, "authorization_error", "workspace_access_denied", "Workspace access denied."),
    "402": lambda _: error(402, "payment_required", "insufficient_credits", "Not enough credits."),
    "404": lambda _: not_found("Document", "document_not_found"),
    "refuse": lambda fault: legacy_error(fault.status, str(fault.code), fault.message),
}
"""What ElevenLabs answers in place of its work, by kind of fault."""
