"""The durable record of every call, and the lease."""
