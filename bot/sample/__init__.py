"""A made-up stroke service, for the browser room: its members, conversations, tips and open questions.

Everyone and everything in it is invented. Dates are given in days before the day on which it is opened.
"""
