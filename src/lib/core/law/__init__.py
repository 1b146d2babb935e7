"""Contact hours by country: `law.py`, and the data it reads, one file a country (docs/facts/contact-law.md)."""
