"""Words of messages that depend on a number."""


def counted(number: int, noun: str) -> str:
    """How many there are of something."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
