"""Twilio as far as Vigía meets it."""
