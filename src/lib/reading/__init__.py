"""The read model: what the command line, the widget, the page and the digest show. None has a query of its own.

`Reader` reads the table once into a `Picture`; everything else here is pure, and made from that.
"""
