"""What the bot does. Knows no platform's SDK: it speaks with people through `adapters.port` alone."""
