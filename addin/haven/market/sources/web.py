"""HTTP as the sources use it: patient, polite, bounded, and never led to another host."""


class Web:
    """The connections of one refresh."""
