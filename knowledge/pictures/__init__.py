"""Pictures of a community: who has ties with whom, how that went month by month, and between which practices. Pure.

Values and words go in, bytes come out, and with them what the picture shows as values, for a sentence that says so.
Drawing takes a tenth of a second to two seconds: call it in a thread.
"""
