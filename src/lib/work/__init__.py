"""One step of the work in each file."""
