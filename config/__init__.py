"""Settings: read from the environment and `tacit.toml` once, by `bot.__main__` and `bot.wiring` alone."""
