"""The promises, held against what truly happened: `history` notes it, and there is a checker a subject."""
