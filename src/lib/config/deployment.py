"""What the stack gives the function: its environment variables, read once (contract §1)."""

from collections.abc import Mapping
from functools import partial

from ..core.frozen import frozen
from ..errors import ConfigurationError


@frozen
class Deployment:
    """The template's parameters, as the function sees them."""

    table_name: str
    parameter_prefix: str
    elevenlabs_base_url: str
    twilio_base_url: str
    tick_seconds: float
    ticks_per_invocation: int
    service: str  # the stack's name: the metrics' dimension and the log's `service`


def topic_of(function_arn: str, service: str, name: str) -> str:
    """The ARN of a topic, `replies` or `alerts`: template.yaml names them after the stack, beside the function.

    The function reads its deployment from few variables (contract §1), and none of them says it.
    """
    _, partition, _, region, account, *_ = f"{function_arn}:::::".split(":")
    return f"arn:{partition}:sns:{region}:{account}:{service}-{name}"


def variable(environment: Mapping[str, str], name: str) -> str:
    """Raises ConfigurationError when it is missing or empty."""
    if not environment.get(name):
        raise ConfigurationError(name, "is missing from the function's environment; deploy template.yaml again")
    return environment[name]


def read_deployment(environment: Mapping[str, str]) -> Deployment:
    """Raises ConfigurationError naming the variable that is missing or malformed."""

    text = partial(variable, environment)

    def number(name: str, low: float, high: float) -> float:
        try:
            value = float(text(name))
        except ValueError:
            value = -1
        if not low <= value <= high:
            raise ConfigurationError(name, f"must be a number from {low:g} to {high:g}")
        return value

    return Deployment(
        table_name=text("TABLE_NAME"),
        parameter_prefix=text("PARAMETER_PREFIX"),
        elevenlabs_base_url=text("ELEVENLABS_BASE_URL"),
        twilio_base_url=text("TWILIO_BASE_URL"),
        tick_seconds=number("TICK_SECONDS", 0.1, 60),
        ticks_per_invocation=int(number("TICKS_PER_INVOCATION", 1, 60)),
        service=environment.get("POWERTOOLS_SERVICE_NAME") or "vigia",
    )
