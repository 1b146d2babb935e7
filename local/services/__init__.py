"""ElevenLabs and Twilio as far as Vigía meets them, without network, account or real time.

Each service is a pure world (`elevenlabs.ElevenLabsWorld`, `twilio.TwilioWorld`): a state machine over a clock that is
passed in, which answers a request with an `answers.Answer` and can be told to fail (`faults.Fault`). `server` puts a
world behind HTTP on the loopback interface; `python -m local.services` runs both.
"""
