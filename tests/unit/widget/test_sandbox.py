"""The widget's own assembly, from the variables of contract §1 alone."""

import pytest

from lib.errors import DecisionFailed
from lib.widget.sandbox import WidgetSandbox
from lib.worlds.monitor import Monitor

CONTRACT = {"TABLE_NAME": "calls", "PARAMETER_PREFIX": "/vigia"}
AWS = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "0" * 12, "AWS_SECRET_ACCESS_KEY": "local"}


def test_the_variables_of_the_contract_are_enough_for_a_widget() -> None:
    assert WidgetSandbox(CONTRACT | AWS).answer({"describe": True}, "arn").startswith("## ")


@pytest.mark.parametrize("language", ["es", "en"])
def test_without_the_monitors_name_a_decision_is_refused_by_the_variables_name(language: str) -> None:
    with pytest.raises(DecisionFailed, match="MONITOR_FUNCTION"):
        Monitor("").decide("pk", "release", "", language)
