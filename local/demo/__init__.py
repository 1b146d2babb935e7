"""`make demo`: a campaign on the local AWS, live."""
