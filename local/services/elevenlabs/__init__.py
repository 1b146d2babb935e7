"""ElevenLabs as far as Vigía meets it."""
