"""The chat platforms, and the language that they share: `adapters.port`.

Each platform is one folder that translates its own payloads to and from the values of the port.
Nothing here knows what the bot does (`bot`) or what the community remembers (`knowledge`).
"""
