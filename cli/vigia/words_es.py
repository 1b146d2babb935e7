from collections.abc import Mapping

SPANISH: Mapping[str, str] = {}
