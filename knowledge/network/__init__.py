"""Is the community alive without its core: measures of ties, each beside what chance would give. Pure.

Ties go in as numbers, figures come out; who somebody is, how long anything is kept, and every sentence are for others.
"""
