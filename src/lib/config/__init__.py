"""What the operator sets: SETTINGS, the accounts, the deployment."""
