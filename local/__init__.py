"""What runs on the operator's machine and never in Lambda: the simulators, the local stack, the demo."""
