"""SES v2's SendEmail, in memory."""
