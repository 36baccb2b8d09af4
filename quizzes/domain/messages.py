"""A mark for words that a person will read.

The core knows no Django, so it cannot translate; it marks its sentences with this name, which the message extractor
looks for, and the rooms above translate them when they show them.
"""


def gettext_noop(message: str) -> str:
    """Return the message unchanged."""
    return message
