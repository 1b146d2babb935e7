"""What Vigía costs, measured: the built package beside a straightforward port of the original (docs/performance.md)."""
