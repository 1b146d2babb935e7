"""AWS's side: credentials, clock, stack, rule, the last check, subscriptions, alarms."""

from email.utils import parsedate_to_datetime

from botocore.exceptions import ClientError

from lib.reading.views import is_running

from .. import show
from ..cloud import Cloud
from ..problems import SET_THE_CLOCK
from ..words import t
from .check import Check, Finding, Patient, bad, good

CLOCK_SECONDS = 60  # AWS refuses requests that are five minutes off
TOPICS = ("AlertTopicArn", "ReplyTopicArn")


def credentials(patient: Patient) -> Finding:
    answer = patient.session.cloud.client("sts").get_caller_identity()
    patient.notes["date"] = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    return good(t("{who}, in {region}", who=answer["Arn"], region=patient.session.cloud.region))


def clock(patient: Patient) -> Finding:
    try:
        theirs = parsedate_to_datetime(patient.notes["date"]).timestamp()
    except (KeyError, ValueError, TypeError):
        return good(t("AWS did not say what time it is"))
    off = patient.session.clock() - theirs
    if abs(off) > CLOCK_SECONDS:
        what = t("This computer's clock is {seconds:.0f} s off AWS's: what is said of ages here is wrong.", seconds=off)
        return bad(what, SET_THE_CLOCK)
    return good(t("agrees with AWS's"))


def stack(patient: Patient) -> Finding:
    cloud = patient.session.cloud
    status = cloud.description["StackStatus"]
    if not cloud.is_whole:
        what = t("The stack {stack} is {status}.", stack=cloud.stack, status=status)
        return bad(what, _of_a_broken_stack(cloud, status))
    for name in ("MonitorFunctionName", "CallsTableName"):
        cloud.output(name)
    return good(f"{cloud.stack}: {status}")


def _of_a_broken_stack(cloud: Cloud, status: str) -> str:
    """What mends it: CloudFormation updates no stack whose creation failed, or whose way back did."""
    name = f"--stack-name {cloud.stack}"
    if status.endswith("_IN_PROGRESS"):
        return t("wait until that is over, then: vigia doctor")
    if status == "UPDATE_ROLLBACK_FAILED":
        mends = f"aws cloudformation continue-update-rollback {name}"
    elif status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"):
        away = f"aws cloudformation delete-stack {name} && aws cloudformation wait stack-delete-complete {name}"
        mends = f"{away} && {cloud.deploying}"
    else:
        mends = cloud.deploying
    return t("see its events in CloudFormation, then: {mends}", mends=mends)


def rule(patient: Patient) -> Finding:
    cloud = patient.session.cloud
    if not cloud.rule:
        return bad(t("The stack has no rule that invokes the function."), cloud.deploying)
    events = cloud.client("events")
    try:
        state = events.describe_rule(Name=cloud.rule)["State"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return bad(t("The rule {rule} was deleted.", rule=cloud.rule), cloud.deploying)
    if state != "ENABLED":
        return bad(
            t("The rule is off: nothing is looked at, nothing is sent."),
            f"aws events enable-rule --name {cloud.rule}",
            lambda: events.enable_rule(Name=cloud.rule),
        )
    return good(t("every minute"))


def last_check(patient: Patient) -> Finding:
    session = patient.session
    seen = session.reader.last_seen()
    do = t("vigia tail, and look for ERROR; nothing there: look at the function's throttles in CloudWatch")
    if not seen:
        return bad(t("It has not checked anything yet. If it was deployed a minute ago, wait for another."), do)
    now = session.clock()
    age = now - seen
    if not is_running(now, seen):
        return bad(t("The last check was {ago} ago, and the rule fires every minute.", ago=show.ago(age)), do)
    return good(t("{ago} ago", ago=show.ago(age)))


def paused(patient: Patient) -> Finding:
    """Meant or not, it is why nothing leaves."""
    settings = patient.settings
    if settings.dry_run:
        what = t("dry_run is on: nothing is sent and nothing recorded.")
        do = t("set not_before first, or calls that ended lately get messages too; then: vigia settings unset dry_run")
        return bad(what, do)
    if settings.paused:
        return bad(t("It is paused: nothing is sent."), "vigia resume")
    return good(t("neither paused nor a dry run"))


def subscriptions(patient: Patient) -> Finding:
    cloud = patient.session.cloud
    sns, arns = cloud.client("sns"), filter(None, map(cloud.outputs.get, TOPICS))
    listed = [one for arn in arns for one in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]]
    confirmed = sum(one["SubscriptionArn"].startswith("arn:") for one in listed)
    # SNS lists those that were deleted for three days more.
    unconfirmed = {one["Endpoint"] for one in listed if not one["SubscriptionArn"].startswith(("arn:", "Deleted"))}
    if unconfirmed:
        what = t("Not confirmed, and so hears nothing: {who}.", who=", ".join(sorted(unconfirmed)))
        return bad(
            what,
            t("press “Confirm subscription” in AWS's mail; if it is gone: aws sns subscribe, with the same address"),
        )
    if not confirmed:
        return good(t("nobody is subscribed: alarms are heard by nobody (AlertEmail, ReplyEmail)"))
    return good(t("{count} confirmed", count=confirmed))


def alarms(patient: Patient) -> Finding:
    cloud = patient.session.cloud
    cloudwatch = cloud.client("cloudwatch")
    own = frozenset(cloud.resources.values())  # `vigia-` begins the names of the stack vigia-prod's too
    listed = cloudwatch.describe_alarms(AlarmNamePrefix=f"{cloud.stack}-", MaxRecords=100)["MetricAlarms"]
    found = [one for one in listed if one["AlarmName"] in own]
    off = sorted(one["AlarmName"] for one in found if not one["ActionsEnabled"])
    ringing = sorted(one["AlarmName"] for one in found if one["StateValue"] == "ALARM")
    if off:
        return bad(
            t("Alarms that are off: {names}.", names=", ".join(off)),
            f"aws cloudwatch enable-alarm-actions --alarm-names {' '.join(off)}",
            lambda: cloudwatch.enable_alarm_actions(AlarmNames=off),
        )
    if ringing:
        what = t("Alarms that ring: {names}.", names=", ".join(ringing))
        return bad(what, t("docs/operations.md has a chapter for each"))
    if not found:
        return bad(t("There is not one alarm of this stack."), cloud.deploying)
    return good(t("{count:alarm|alarms} on, none rings", count=len(found)))


CHECKS = (
    Check("credentials", credentials),
    Check("clock", clock, ("credentials",)),
    Check("stack", stack, ("credentials",)),
    Check("rule", rule, ("stack",)),
)
OF_ITS_RUNS = (
    Check("last_check", last_check, ("rule", "parameters", "settings")),
    Check("paused", paused, ("parameters", "settings")),
)
OF_ITS_WORDS = (
    Check("subscriptions", subscriptions, ("stack",)),
    Check("alarms", alarms, ("stack",)),
)
