"""The ten metrics: the free tier's ten, and no more (contract §5)."""

NAMESPACE = "Vigia"
METRICS: dict[str, str] = {  # name → CloudWatch unit
    "BatchesMonitored": "Count",
    "CallsFinished": "Count",
    "WhatsAppsSent": "Count",
    "MessagesDelivered": "Count",
    "MessagesFailed": "Count",
    "MessagesHeld": "Count",
    "Errors": "Count",
    "Retries": "Count",
    "TickDuration": "Milliseconds",
    "DetectionDelay": "Milliseconds",
}
