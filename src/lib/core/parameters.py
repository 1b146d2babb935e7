"""What people put right when a message is refused, by the name they know it by (contract §2). Pure."""

SENDER, SMS_SENDER, EMAIL_SENDER = "TWILIO_WHATSAPP_NUMBER", "TWILIO_SMS_NUMBER", "EMAIL_FROM"
SENDER_OF = {"whatsapp": SENDER, "sms": SMS_SENDER, "email": EMAIL_SENDER}
SERVICE, TEMPLATES, ACCOUNT_SID = "TWILIO_MESSAGING_SERVICE_SID", "SETTINGS.content_sids", "TWILIO_ACCOUNT_SID"
EMAIL_IDENTITY = "EmailIdentity"  # of template.yaml
AUTH_TOKEN = "TWILIO_AUTH_TOKEN"  # noqa: S105  # a parameter's name
KEYS = f"{AUTH_TOKEN} / TWILIO_API_KEY_SECRET"
