"""boto3's clients, for the services that are seldom told something (SNS, SES): each asks once, and never again.

What is asked in every tick is asked by `aws`: boto3 is a quarter of a cold start, and is loaded when it is needed.
"""

from typing import Any, Literal

from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, ProxyConnectionError

from .aws import CONNECT_SECONDS, READ_SECONDS

NOTHING_LEFT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, ProxyConnectionError)
"""Errors that say for sure that the request was never sent."""


def connect(service: Literal["sns", "sesv2"]) -> Any:
    """A client without retries: whoever uses it decides what an answer that was lost means."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    return boto3.client(service, config=config)
