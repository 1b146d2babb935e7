"""What a message says, channel by channel."""
