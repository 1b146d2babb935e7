"""The data that the function carries, generated from libraries that it does not: zones by prefix, holidays."""
