"""Doctor names the one thing that is broken, with what to do, and is right that nothing else is."""

import json
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from local.services.faults import Fault
from local.services.twilio.world import SANDBOX_SENDER
from tests.cli.conftest import Desk
from tests.stack.stage import API_KEY
from vigia.checks import twilio
from vigia.cloud import Cloud
from vigia.commands.doctor import CHECKS

OWN, TEMPLATE = "whatsapp:+15005550009", "HX" + "0" * 32


def settings(desk: Desk, **values: Any) -> None:
    desk.put_parameter("SETTINGS", json.dumps(values))


def template(desk: Desk, text: str = "Hola {{1}}, {{2}}", **approval: Any) -> None:
    desk.twilio.add_template(TEMPLATE, text)
    desk.twilio.account.approvals[TEMPLATE] = approval
    settings(desk, content_sids={"follow_up": {"es": TEMPLATE}})


def own_number(desk: Desk) -> None:
    desk.put_parameter("TWILIO_WHATSAPP_NUMBER", OWN)


def rule_off(desk: Desk) -> None:
    desk.aws.client("events").disable_rule(Name=desk.rule)


def never_checked(desk: Desk) -> None:
    long_ago = int(time.time()) - 3600
    desk.put({"pk": "#lease", "owner": "a run", "fence": long_ago * 1000, "seen_at": long_ago})


def no_secret(desk: Desk) -> None:
    desk.aws.client("ssm").delete_parameter(Name="/vigia/TWILIO_AUTH_TOKEN")


def plain_secret(desk: Desk) -> None:
    desk.aws.client("ssm").delete_parameter(Name="/vigia/TWILIO_AUTH_TOKEN")
    desk.put_parameter("TWILIO_AUTH_TOKEN", "token-of-the-test", "String")


def wrong_key(desk: Desk) -> None:
    desk.elevenlabs.keys.clear()


def narrow_key(desk: Desk) -> None:
    desk.elevenlabs.keys[API_KEY] = frozenset({"convai_write"})


def english_summaries(desk: Desk) -> None:
    batch = desk.elevenlabs.add_batch([{"phone_number": "+573001112233"}], name="a", agent_id="agent_1")
    desk.elevenlabs.agents[batch.agent_id] = {"summary_language": "en"}


def rival_webhook(desk: Desk) -> None:
    desk.elevenlabs.workspace_settings = {"webhooks": {"post_call_webhook_id": "wh_1"}}


def refused_token(desk: Desk) -> None:
    desk.put_parameter("TWILIO_AUTH_TOKEN", "another-token")


def suspended_account(desk: Desk) -> None:
    desk.twilio.account.status = "suspended"


def offline_sender(desk: Desk) -> None:
    own_number(desk)
    desk.twilio.senders.add(OWN)
    desk.twilio.account.sender_status = "OFFLINE"


def low_quality(desk: Desk) -> None:
    own_number(desk)
    desk.twilio.senders.add(OWN)
    desk.twilio.account.properties = {"quality_rating": "LOW"}


def foreign_template(desk: Desk) -> None:
    template(desk)
    desk.twilio.account.languages[TEMPLATE] = "en"


def too_many_people(desk: Desk) -> None:
    settings(desk, language="es")
    own_number(desk)
    desk.twilio.senders.add(OWN)
    desk.twilio.account.properties = {"quality_rating": "HIGH", "messaging_limit": "TIER_2"}
    people = [{"phone_number": f"+57300111{number:04}"} for number in range(5)]
    desk.elevenlabs.add_batch(people, name="a", agent_id="agent_1")


def no_email_identity(desk: Desk) -> None:
    desk.put_parameter("EMAIL_FROM", "shop@example.com")
    settings(desk, channels=["whatsapp", "email"])


def alarm_off(desk: Desk) -> None:
    desk.aws.client("cloudwatch").disable_alarm_actions(AlarmNames=["vigia-silence"])


def alarm_rings(desk: Desk) -> None:
    desk.aws.client("cloudwatch").set_alarm_state(AlarmName="vigia-silence", StateValue="ALARM", StateReason="no tick")


def unreadable_batch(desk: Desk) -> None:
    desk.elevenlabs.add_batch([{"phone_number": "+573001112233"}], name="a", agent_id="agent_1")
    desk.elevenlabs.faults.add(Fault("500", route="batch"))


def twilio_fails(kind: str, start: str, **values: Any) -> Callable[[Desk], None]:
    def fail(desk: Desk) -> None:
        (path,) = [each for each in twilio_paths(desk) if each.startswith(start)]
        desk.twilio.faults.add(Fault(kind, match={"path": path}, **values))

    return fail


def twilio_paths(desk: Desk) -> tuple[str, ...]:
    return (f"/2010-04-01/Accounts/{desk.parameter('TWILIO_ACCOUNT_SID')}.json", "/v2/Channels/Senders")


def unread_template(desk: Desk) -> None:
    template(desk)
    desk.twilio.faults.add(Fault("500", match={"path": f"/v1/Content/{TEMPLATE}"}))


def elevenlabs_fails(kind: str) -> Callable[[Desk], None]:
    return lambda desk: desk.elevenlabs.faults.add(Fault(kind, route="batches"))


BROKEN: dict[str, tuple[Callable[[Desk], None], str, str]] = {
    "the rule is off": (rule_off, "rule", "rule is off"),
    "no run for an hour": (never_checked, "last_check", "60 min ago"),
    "a secret is missing": (no_secret, "parameters", "TWILIO_AUTH_TOKEN"),
    "a secret is not encrypted": (plain_secret, "parameters", "not encrypted"),
    "a setting is misspelt": (lambda desk: settings(desk, lenguage="en"), "settings", "lenguage"),
    "the number is no number": (
        lambda desk: desk.put_parameter("TWILIO_WHATSAPP_NUMBER", "me"),
        "parameters",
        "NUMBER",
    ),
    "an alarm is off": (alarm_off, "alarms", "vigia-silence"),
    "an alarm rings": (alarm_rings, "alarms", "vigia-silence"),
    "it rehearses": (lambda desk: settings(desk, dry_run=True), "paused", "dry_run"),
    "e-mail without an identity": (no_email_identity, "email", "EmailIdentity"),
    "a batch that cannot be read": (unreadable_batch, "batch", "500"),
    "it is paused": (lambda desk: settings(desk, paused=True), "paused", "paused"),
    "ElevenLabs refuses the key": (wrong_key, "elevenlabs", "ELEVENLABS_API_KEY"),
    "the key lacks its scope": (narrow_key, "elevenlabs", "convai_read"),
    "the summaries are in English": (english_summaries, "summary_language", "agent_1"),
    "a rival webhook": (rival_webhook, "webhook", "two messages"),
    "Twilio refuses the token": (refused_token, "twilio", "TWILIO_AUTH_TOKEN"),
    "the account is suspended": (suspended_account, "twilio", "suspended"),
    "the number is no sender": (own_number, "sender", OWN),
    "the sender is offline": (offline_sender, "sender", "OFFLINE"),
    "the sender's quality is low": (low_quality, "sender", "low"),
    "a template that is not there": (
        lambda desk: settings(desk, content_sids={"missed": {"es": TEMPLATE}}),
        "templates",
        "does not exist",
    ),
    "a template that was rejected": (lambda desk: template(desk, status="rejected"), "templates", "rejected"),
    "a template for marketing": (lambda desk: template(desk, category="MARKETING"), "templates", "MARKETING"),
    "a template in another language": (foreign_template, "templates", "in the language en"),
    "a template with one variable more": (lambda desk: template(desk, "{{1}} {{2}} {{3}}"), "templates", "1, 2, 3"),
    "Twilio asks for patience": (twilio_fails("429", "/2010-04-01/"), "twilio", "429"),
    "Twilio's account is no JSON": (
        twilio_fails("accept_then_garbage", "/2010-04-01/"),
        "twilio",
        "200",
    ),
    "Twilio sends us elsewhere": (twilio_fails("refuse", "/2010-04-01/", status=302), "twilio", "302"),
    "a template that cannot be read": (unread_template, "templates", "could not be read: Twilio answered 500"),
    "the senders cannot be read": (twilio_fails("500", "/v2/Channels/Senders"), "sender", "500"),
    "ElevenLabs asks for patience": (elevenlabs_fails("429"), "elevenlabs", "429"),
    "ElevenLabs' list is no JSON": (elevenlabs_fails("accept_then_garbage"), "elevenlabs", "200"),
    "ElevenLabs' list is an empty object": (elevenlabs_fails("accept_then_empty_object"), "elevenlabs", "200"),
    "more people than Meta allows": (too_many_people, "limit", "2 may be written to"),
}


def test_nothing_is_wrong_where_nothing_is(desk: Desk) -> None:
    answer = desk("doctor", "--json")
    assert [row for row in answer.json if not row["ok"]] == []
    assert answer.status == 0
    assert all(set(row) == {"check", "ok", "what", "do"} for row in answer.json)
    assert [row["check"] for row in answer.json] == [check.name for check in CHECKS]
    assert twilio.SANDBOX == SANDBOX_SENDER


@pytest.mark.parametrize("what", BROKEN)
def test_the_one_broken_thing_is_named_and_nothing_else(desk: Desk, what: str) -> None:
    destroy, check, words = BROKEN[what]
    destroy(desk)
    answer = desk("doctor", "--json")
    assert answer.status == 1
    (wrong,) = [row for row in answer.json if not row["ok"]]
    assert wrong["check"] == check
    assert words in wrong["what"]
    assert wrong["do"]
    assert desk.parameter("TWILIO_AUTH_TOKEN") is None or str(desk.parameter("TWILIO_AUTH_TOKEN")) not in answer.out
    assert API_KEY not in answer.out


def test_what_hangs_on_something_broken_is_not_looked_at(desk: Desk) -> None:
    wrong_key(desk)
    checks = [row["check"] for row in desk("doctor", "--json").json]
    assert "batch" not in checks
    assert "limit" not in checks
    assert "twilio" in checks
    answer = desk("doctor", "--lang", "es")
    assert "para no repetir esto" in answer.out


def test_without_a_stack_only_the_stack_is_named(desk: Desk) -> None:
    rows = desk("--stack", "nobody", "doctor", "--json").json
    assert [row["check"] for row in rows] == ["credentials", "clock", "stack"]
    assert "nobody" in rows[-1]["what"]


@pytest.mark.parametrize(("stack", "environment"), [("vigia", ""), ("vigia-prod", " --config-env prod"), ("luna", "")])
def test_the_command_that_deploys_reads_the_shops_own_answers(stack: str, environment: str) -> None:
    """Those of samconfig.toml would make a second stack of the name `vigia` beside one of another name."""
    options = f"--config-file samconfig.mine.toml{environment}"
    assert Cloud(stack).deploying == f"sam build {options} && sam deploy {options}"


@pytest.mark.parametrize(
    ("status", "do"),
    [
        ("UPDATE_IN_PROGRESS", "wait until that is over, then: vigia doctor"),
        ("UPDATE_FAILED", "then: sam build --config-file samconfig.mine.toml"),
        ("UPDATE_ROLLBACK_FAILED", "then: aws cloudformation continue-update-rollback --stack-name vigia"),
        ("ROLLBACK_COMPLETE", "then: aws cloudformation delete-stack --stack-name vigia && "),
    ],
)
def test_a_stack_that_cannot_be_updated_is_mended_by_what_cloudformation_takes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, status: str, do: str
) -> None:
    monkeypatch.setattr(Cloud, "description", {"StackStatus": status})
    (found,) = [row for row in desk("doctor", "stack", "--json").json if not row["ok"]]
    assert status in found["what"]
    assert do in found["do"]


def test_single_checks_bring_what_they_need(desk: Desk) -> None:
    rows = desk("doctor", "twilio", "--json").json
    assert [row["check"] for row in rows] == ["credentials", "stack", "parameters", "twilio"]


def test_fix_does_the_harmless_ones_after_asking(desk: Desk) -> None:
    rule_off(desk)
    assert desk("doctor", "--fix").status == 2  # nobody to ask
    answer = desk("doctor", "rule", "--fix", "--yes")
    assert answer.status == 0, answer.err
    assert desk.aws.client("events").describe_rule(Name=desk.rule)["State"] == "ENABLED"


def test_an_alarm_that_is_off_is_put_on_after_asking(desk: Desk) -> None:
    alarm_off(desk)
    assert "enable-alarm-actions" in desk("doctor", "alarms", "--json").json[-1]["do"]
    assert desk("doctor", "alarms", "--fix", "--yes").status == 0
    (alarm,) = desk.aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert alarm["ActionsEnabled"]


def test_the_alarms_of_another_stack_whose_name_begins_alike_are_none_of_this_ones(desk: Desk) -> None:
    cloudwatch = desk.aws.client("cloudwatch")
    (ours,) = cloudwatch.describe_alarms(AlarmNames=["vigia-silence"])["MetricAlarms"]
    names = ("MetricName", "Namespace", "Statistic", "Period", "EvaluationPeriods", "Threshold", "ComparisonOperator")
    alarm = {name: ours[name] for name in names}
    cloudwatch.put_metric_alarm(AlarmName="vigia-prod-silence", ActionsEnabled=False, **alarm)
    try:
        assert desk("doctor", "alarms").status == 0
        assert desk("doctor", "alarms", "--fix", "--yes").status == 0
        (theirs,) = cloudwatch.describe_alarms(AlarmNames=["vigia-prod-silence"])["MetricAlarms"]
        assert not theirs["ActionsEnabled"]
    finally:
        cloudwatch.delete_alarms(AlarmNames=["vigia-prod-silence"])


@pytest.mark.parametrize(("state", "waits"), [("PendingConfirmation", True), ("Deleted", False)])
def test_a_subscription_that_waits_for_its_confirmation_is_named_and_a_deleted_one_is_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, state: str, waits: bool
) -> None:
    listed = {"Subscriptions": [{"SubscriptionArn": state, "Endpoint": "ana@example.com"}]}
    client = SimpleNamespace(list_subscriptions_by_topic=lambda **_: listed)
    real = Cloud.client
    monkeypatch.setattr(Cloud, "client", lambda cloud, name: client if name == "sns" else real(cloud, name))
    row = desk("doctor", "subscriptions", "--json").json[-1]
    assert (row["ok"], "ana@example.com" in row["what"]) == (not waits, waits)


def test_the_region_is_that_which_the_aws_cli_would_take(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert ", in us-east-1" in desk("doctor", "credentials").out
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert ", in eu-north-1" in desk("doctor", "credentials").out
    monkeypatch.delenv("AWS_REGION")
    assert ", in eu-west-1" in desk("doctor", "credentials").out
