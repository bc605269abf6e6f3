"""Conversations read for what they hold: which thread holds a tip. Pure; keeps nothing."""
