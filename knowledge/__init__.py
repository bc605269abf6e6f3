"""The community's memory: tips, questions, people and their confirmations, and how they are found again.

Knows no chat: people, places and messages cross as text keys such as `slack:T1:U2`.
"""
