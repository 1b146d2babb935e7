"""One room for each outside world."""
