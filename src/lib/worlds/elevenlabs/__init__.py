"""ElevenLabs: batches, recipients, conversations; read only."""
