"""SES: whether the identity may send, and to everybody."""

from botocore.exceptions import ClientError

from ..words import t
from .check import Check, Finding, Patient, bad, good


def email(patient: Patient) -> Finding:
    cloud = patient.session.cloud
    identity = cloud.parameters.get("EmailIdentity", "")
    if not any("email" in policy.channels for policy in patient.settings.policies):
        return good(t("no channel of yours is e-mail"))
    if not identity:
        return bad(
            t("channels names email, and the stack's EmailIdentity is empty: the function may send none."),
            t("EmailIdentity in samconfig.mine.toml, then deploy (docs/operations.md, SMS and e-mail)"),
        )
    ses = cloud.client("sesv2")
    try:
        verified = ses.get_email_identity(EmailIdentity=identity).get("VerifiedForSendingStatus")
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        verified = False
    if not verified:
        return bad(
            t("SES has not verified {identity}.", identity=identity),
            f"aws sesv2 create-email-identity --email-identity {identity}",
        )
    if not ses.get_account().get("ProductionAccessEnabled"):
        return bad(
            t("SES is in its sandbox: only verified addresses get mail."),
            t("ask for production access in the SES console"),
        )
    return good(t("{identity} is verified", identity=identity))


CHECKS = (Check("email", email, ("parameters", "settings")),)
